// One finding: its row in the list, and what opens below it.
function row(finding) {
  const id = `finding-${finding.index}`;
  const button = make("button", { type: "button", class: "row", "aria-expanded": "false", "aria-controls": id, "data-index": finding.index, onclick: () => toggle(button) },
    make("span", { class: `badge ${finding.severity}` }, finding.severity),
    make("span", { class: "code", title: finding.name }, finding.rule),
    make("span", { class: "message" }, ...inline(finding.message)),
    make("span", { class: "line" }, `line ${finding.line}`));
  return make("article", { class: "finding" }, make("h3", {}, button), make("div", { id, class: "body", hidden: true }));
}

function toggle(button, wanted) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  if (wanted === isOpen) return;
  const body = byId(button.getAttribute("aria-controls"));
  const finding = report.findings[button.dataset.index];
  if (!isOpen && !body.hasChildNodes()) fill(body, finding);
  button.setAttribute("aria-expanded", String(!isOpen));
  body.hidden = isOpen;
  state.open = isOpen ? "" : finding.id;
  writeAddress();
}

function fill(body, finding) {
  const facts = make("p", { class: "facts" }, make("span", {}, make("code", {}, `${finding.rule} ${finding.name}`)), make("span", {}, finding.family),
    finding.function ? make("span", {}, "in ", make("code", {}, finding.function)) : null,
    finding.framework ? make("span", {}, finding.framework) : null,
    finding.fix ? make("span", {}, "fixable: ", make("code", {}, finding.fix)) : null,
    make("button", { type: "button", class: "plain", onclick: () => openViewer(finding.file, finding.line, finding) }, `${finding.path}:${finding.line}:${finding.column}`));
  const excerpt = source(finding.file, finding.line - 3, finding.end + 3, (number) => inSpan(finding, number));
  if (excerpt) excerpt.classList.add(`${finding.severity}-tone`);
  body.append(facts, ...[excerpt].filter(Boolean));
  if (finding.trace) {
    body.append(make("h4", { class: "proof-title" }, finding.places ? `Shows in ${plural(finding.places, "place")}` : "Proof"), make("ol", { class: "steps" }, ...finding.trace.map(([file, line, message], step) =>
      make("li", {}, make("button", { type: "button", class: "step-link", onclick: () => openViewer(file, line, finding, step) },
        make("span", {}, ...inline(message)), make("span", { class: "place" }, `${report.files[file].path}:${line}`))))));
  }
  if (finding.help) body.append(make("p", { class: "advice" }, make("b", {}, "Do"), make("span", {}, ...inline(finding.help))));
  const told = byId(`rule-${finding.rule}`);
  if (told) {
    const details = make("details", { class: "rule" }, make("summary", {}, `About ${finding.rule} ${finding.name}`), make("div", {}, told.content.cloneNode(true)));
    body.append(details);
  }
}

/** What a finding does to a line of its file. */
function inSpan(finding, number) {
  if (number < finding.line || number > finding.end) return null;
  return { class: "at", mark: number === finding.line ? finding.mark : undefined, text: number === finding.line ? finding.shown : undefined };
}
