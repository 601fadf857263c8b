// The inbox: a list, the task beside it, and decisions that do not wait for the server.
import "./batch.js";
import "./decide.js";
import "./list.js";
import "./proof.js";
import "./reasons.js";
import "./verbs.js";
import "./views.js";
