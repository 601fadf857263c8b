// What every page needs. Each module finds its elements by data attributes; see components.md.
import "./modules/requests.js";
import "./modules/autosubmit.js";
import "./modules/checks.js";
import "./modules/confirm.js";
import "./modules/diagrams.js";
import "./modules/dialogs.js";
import "./modules/drafts.js";
import "./modules/files.js";
import "./modules/focus.js";
import "./modules/keyboard.js";
import "./modules/menus.js";
import "./modules/once.js";
import { followThemeSwitch } from "./modules/theme.js";
import "./modules/toasts.js";
import "./desk/index.js";

followThemeSwitch();
