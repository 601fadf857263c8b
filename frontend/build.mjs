// Builds static/dist: script and style with a hash in their names, the icons in use, and a manifest.
import { createHash } from "node:crypto";
import {
  chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, watch, writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { browserslistToTargets, transform } from "lightningcss";
import * as sass from "sass";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const DIST = join(ROOT, "static", "dist");
const SCRIPT_TARGET = ["chrome87", "safari14.1"];
const STYLE_TARGETS = browserslistToTargets(["chrome 87", "safari 14.1", "ios_saf 14.5"]);
const ICON_IN_USE = /\bicon[ =]"([a-z0-9-]+)"/g;

/** Every file below *folder* whose name ends with one of *endings*. */
function files(folder, endings) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || ["node_modules", "static", "var"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path, endings);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}

/** One entry point in src/ for each page script: app.js everywhere, others where a template asks. */
function scripts() {
  const entryPoints = readdirSync(join(HERE, "src"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(HERE, "src", name));
  const built = esbuild.buildSync({
    entryPoints, bundle: true, minify: true, write: false, outdir: DIST, target: SCRIPT_TARGET, legalComments: "none",
  });
  return built.outputFiles.map((file) => [file.path.slice(DIST.length + 1), file.contents]);
}

/** Sass to plain CSS; light-dark() and other young functions are lowered for older phones. */
function style() {
  const { css } = sass.compile(join(HERE, "src", "app.scss"), {
    loadPaths: [join(HERE, "node_modules", "@tabler", "core", "scss")], quietDeps: true,
  });
  const { code } = transform({
    filename: "app.css", code: Buffer.from(css), minify: true, targets: STYLE_TARGETS,
  });
  return [["app.css", code]];
}

/** The names of the icons that templates and Python files mention. */
function iconNames() {
  const sources = files(ROOT, [".html", ".py"]).map((path) => readFileSync(path, "utf8"));
  return [...new Set(sources.flatMap((text) => [...text.matchAll(ICON_IN_USE)].map((match) => match[1])))].sort();
}

/** One icon of the package as a <symbol>. Throws when there is no icon of that name. */
function symbol(name) {
  const path = join(HERE, "node_modules", "@tabler", "icons", "icons", "outline", `${name}.svg`);
  if (!existsSync(path)) throw new Error(`There is no Tabler icon "${name}"; see https://tabler.io/icons.`);
  const svg = readFileSync(path, "utf8");
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const attributes = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" ${attributes}>${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function icons() {
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${iconNames().map(symbol).join("")}</svg>`;
  return [["icons.svg", Buffer.from(sprite)], ["mark.svg", readFileSync(join(HERE, "src", "mark.svg"))]];
}

/** The name under which whitenoise lets browsers keep the file for ever. */
function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  return name.replace(/(\.[a-z]+)$/, `.${hash}$1`);
}

function write(folder, name, contents) {
  const path = join(folder, hashed(name, contents));
  writeFileSync(path, contents);
  writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(contents));
  return [name, hashed(name, contents)];
}

/** Everything into a new folder, which then takes the place of the old one: no page meets a half-built front end. */
function build() {
  const built = [...scripts(), ...style(), ...icons()];
  mkdirSync(dirname(DIST), { recursive: true });
  const fresh = mkdtempSync(`${DIST}-`);
  chmodSync(fresh, 0o755);
  const names = built.map(([name, contents]) => write(fresh, name, contents));
  writeFileSync(join(fresh, "manifest.json"), JSON.stringify(Object.fromEntries(names), null, 1));
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
  for (const [name, contents] of built) {
    console.log(`${name.padEnd(12)} ${contents.length} bytes, ${brotliCompressSync(contents).length} compressed`);
  }
}

build();
if (process.argv.includes("--watch")) {
  let waiting;
  watch(join(HERE, "src"), { recursive: true }, () => {
    clearTimeout(waiting);
    waiting = setTimeout(build, 100);
  });
}
