// The list of findings, by file. What is far below is made when somebody comes near: thousands of rows take a while.
const CHUNK = 120;
let shown = [];
let made = 0;

function showList(findings) {
  shown = findings;
  made = 0;
  byId("list").replaceChildren();
  more();
  byId("empty").hidden = findings.length > 0;
  const all = report.findings.length;
  byId("status").textContent = findings.length === all ? plural(all, "finding") : `${findings.length.toLocaleString("en")} of ${plural(all, "finding")}`;
}

/** Make the next rows; false when there are none left. */
function more() {
  if (made >= shown.length) return false;
  const list = byId("list");
  let group = list.lastElementChild;
  for (const finding of shown.slice(made, made + CHUNK)) {
    if (!group || group.dataset.file !== String(finding.file)) {
      group = make("section", { class: "group card", "data-file": finding.file },
        make("h2", {}, make("bdi", {}, finding.path), make("span", {}, String(counts.get(finding.file)))));
      list.append(group);
    }
    group.append(row(finding));
  }
  made += CHUNK;
  return true;
}

let counts = new Map();
function refresh() {
  const { left, offered } = filtered();
  counts = new Map();
  for (const finding of left) counts.set(finding.file, (counts.get(finding.file) || 0) + 1);
  showFacets(offered);
  showChosen();
  showList(left);
  writeAddress();
}

const rows = () => [...byId("list").querySelectorAll(".row")];
const current = () => document.activeElement && document.activeElement.closest ? document.activeElement.closest(".finding")?.querySelector(".row") : null;

/** Put the focus on the next or previous row. */
function move(step) {
  let all = rows();
  const at = current() ? all.indexOf(current()) : all.indexOf(last);
  const next = at < 0 ? 0 : at + step;
  if (next >= all.length && more()) all = rows();
  const target = all[Math.max(0, Math.min(next, all.length - 1))];
  if (target) focusRow(target);
}

let last = null;
function focusRow(target) {
  last = target;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

/** Open the finding that the address names. */
function openNamed() {
  const index = shown.findIndex((finding) => finding.id === state.open);
  if (index < 0) return;
  while (made <= index && more()) continue;
  const target = rows()[index];
  toggle(target, true);
  target.scrollIntoView({ block: "start" });
  last = target;
}
