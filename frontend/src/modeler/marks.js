// What lint finds, on the elements and in a list below the drawing that leads to them.
export class Marks {
  constructor(page, modeler) {
    Object.assign(this, { page, problems: [], marked: [] });
    for (const name of ["canvas", "elementRegistry", "overlays"]) this[name] = modeler.get(name);
  }

  of(id) {
    return this.problems.filter((each) => each.element_id === id);
  }

  show(problems) {
    this.problems = problems;
    this.overlays.remove({ type: "problem" });
    for (const id of this.marked) if (this.elementRegistry.get(id)) this.canvas.removeMarker(id, "mod-wrong");
    this.marked = [...new Set(problems.map((each) => each.element_id))].filter((id) => this.elementRegistry.get(id));
    for (const id of this.marked) this.mark(this.elementRegistry.get(id));
    this.list();
  }

  mark(element) {
    this.canvas.addMarker(element, "mod-wrong");
    if (element === this.canvas.getRootElement()) return;
    const sign = document.createElement("button");
    Object.assign(sign, { type: "button", className: "mod-sign", textContent: "!", tabIndex: -1 });
    sign.title = this.of(element.id).map((each) => `${each.what} ${each.mend}`).join("\n");
    sign.addEventListener("click", () => this.page.choose(element.id));
    this.overlays.add(element, "problem", { position: spot(element), html: sign });
  }

  list(problems = this.problems) {
    const { root, words } = this.page;
    const list = root.querySelector("[data-mod-problems]");
    list.replaceChildren(...problems.map((each) => this.line(each, words)));
    root.querySelector("[data-mod-clean]").hidden = problems.length > 0;
    const count = root.querySelector("[data-mod-count]");
    count.textContent = problems.length || "";
    count.hidden = !problems.length;
  }

  line(problem, words) {
    const line = document.createElement("li");
    if (problem.where && this.elementRegistry.get(problem.element_id)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "mod-jump", textContent: problem.where });
      button.setAttribute("aria-label", words.show.replace("%(name)s", problem.where));
      button.addEventListener("click", () => this.page.choose(problem.element_id));
      line.append(button, " ");
    } else if (problem.where) {
      const name = document.createElement("strong");
      name.textContent = problem.where;
      line.append(name, " ");
    }
    line.append(problem.what, " ");
    const mend = document.createElement("span");
    mend.className = "design-mend";
    mend.textContent = problem.mend;
    line.append(mend);
    return line;
  }
}

/** Where the sign sits: the upper right corner, or the middle of a connection. */
function spot(element) {
  if (!element.waypoints) return { top: -11, right: 11 };
  const half = Math.ceil(element.waypoints.length / 2);
  const [from, to] = [element.waypoints[half - 1], element.waypoints[half] || element.waypoints[half - 1]];
  const left = Math.min(...element.waypoints.map((each) => each.x));
  const top = Math.min(...element.waypoints.map((each) => each.y));
  return { left: (from.x + to.x) / 2 - left - 11, top: (from.y + to.y) / 2 - top - 11 };
}
