// A file as far as the report holds it, opened at a line, with the steps of a finding's proof in it.
const viewer = byId("viewer");
let viewed = null;

function openViewer(file, line, finding, step) {
  viewed = { finding, step: step === undefined ? -1 : step };
  byId("viewer-title").textContent = `${report.files[file].path}:${line}`;
  const inside = (finding.trace || []).map(([where, number, message], index) => ({ where, number, message, index })).filter(({ where }) => where === file);
  const body = source(file, 0, Infinity, (number) => {
    const steps = inside.filter((each) => each.number === number);
    const own = finding.file === file ? inSpan(finding, number) : null;
    if (!steps.length && !own && number !== line) return null;
    const remarks = steps.map(({ index, message }) => `${index + 1}. ${message}`);
    if (finding.file === file && number === finding.end) remarks.push(finding.message);
    return { ...own, class: number === line ? "step at" : own ? "at" : "step", remarks };
  });
  byId("viewer-body").replaceChildren(body || make("p", { class: "dim" }, "The source of this file is not in the report."));
  viewer.className = `${finding.severity}-tone`;
  if (!viewer.open) viewer.showModal();
  viewer.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: "center" });
  byId("viewer-body").focus({ preventScroll: true });
}

/** Go along the proof of the finding that is open. */
function step(by) {
  const finding = viewer.open ? viewed.finding : current() && report.findings[current().dataset.index];
  if (!finding || !finding.trace) return;
  const at = viewer.open ? viewed.step + by : by > 0 ? 0 : finding.trace.length - 1;
  if (at < 0 || at >= finding.trace.length) { if (viewer.open) openViewer(finding.file, finding.line, finding, at < 0 ? -1 : finding.trace.length); return; }
  openViewer(finding.trace[at][0], finding.trace[at][1], finding, at);
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close]")) dialog.close(); });
}
