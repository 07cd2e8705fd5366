// What is chosen, which stands in the page's address, so that a view can be sent to somebody.
const FACETS = ["severity", "family", "rule", "framework", "layer", "path"];
const state = { view: "overview", open: "", q: "", function: "" };
for (const key of FACETS) state[key] = new Set();

const VALUE = {
  severity: (finding) => finding.severity,
  family: (finding) => finding.family,
  rule: (finding) => finding.rule,
  framework: (finding) => finding.framework || "none",
  layer: (finding) => report.files[finding.file].layer || "other",
  path: (finding) => finding.path,
};
const NAMES = new Map(report.findings.map((finding) => [finding.rule, finding.name]));

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of FACETS) state[key] = new Set(given.getAll(key).filter(Boolean));
  state.q = given.get("q") || "";
  state.function = given.get("function") || "";
  state.open = given.get("open") || "";
  const view = given.get("view") || (state.open ? "findings" : "overview");
  state.view = byId(view) && byId(view).classList.contains("view") ? view : "overview";
}

function writeAddress() {
  const chosen = new URLSearchParams({ view: state.view });
  for (const key of FACETS) for (const value of [...state[key]].sort()) chosen.append(key, value);
  for (const key of ["q", "function", "open"]) if (state[key]) chosen.set(key, state[key]);
  history.replaceState(null, "", `#${chosen}`);
}

/** Whether a file is meant by a path: the file itself, or a folder above it. */
const isBelow = (path, chosen) => path === chosen || path.startsWith(chosen.endsWith("/") ? chosen : `${chosen}/`);

function passes(finding, key) {
  const chosen = state[key];
  if (!chosen.size) return true;
  if (key === "path") return [...chosen].some((path) => isBelow(finding.path, path));
  return chosen.has(VALUE[key](finding));
}

/** The findings that are left, and for each facet those that its own choice is made from. */
function filtered() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const left = [];
  const offered = Object.fromEntries(FACETS.map((key) => [key, new Map()]));
  for (const finding of report.findings) {
    if (!words.every((word) => finding.text.includes(word))) continue;
    if (state.function && finding.function !== state.function) continue;
    const failed = FACETS.filter((key) => !passes(finding, key));
    if (!failed.length) left.push(finding);
    for (const key of failed.length ? (failed.length === 1 ? failed : []) : FACETS) {
      const value = VALUE[key](finding);
      offered[key].set(value, (offered[key].get(value) || 0) + 1);
    }
  }
  return { left, offered };
}

const TITLES = { severity: "Severity", family: "Family", rule: "Rule", framework: "Framework", layer: "Layer", path: "Path" };
const SHORT = 8;
const unfolded = new Set();
const ALL = Object.fromEntries(FACETS.map((key) => {
  const counts = new Map();
  for (const finding of report.findings) counts.set(VALUE[key](finding), (counts.get(VALUE[key](finding)) || 0) + 1);
  const values = [...counts.keys()];
  const rank = (value) => (key === "severity" ? SEVERITIES.indexOf(value) : -counts.get(value));
  return [key, values.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))];
}));

function showFacets(offered) {
  const held = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.facet : "";
  byId("facets").replaceChildren(...FACETS.filter((key) => ALL[key].length > 1 || state[key].size).map((key) => {
    const chosen = state[key];
    const folders = [...chosen].filter((value) => !ALL[key].includes(value));
    // What the other filters leave comes first, so that it is seen without unfolding.
    const known = [...ALL[key].filter((value) => offered[key].has(value)), ...ALL[key].filter((value) => !offered[key].has(value))];
    const values = unfolded.has(key) ? known : known.filter((value, index) => index < SHORT || chosen.has(value));
    const more = ALL[key].length - values.length;
    return make("fieldset", { class: "facet" }, make("legend", {}, TITLES[key]),
      ...[...folders, ...values].map((value) => {
        const count = offered[key].get(value) || 0;
        const box = make("input", { type: "checkbox", "data-facet": `${key}=${value}`, onchange: () => choose(key, value) });
        box.checked = chosen.has(value);
        const label = key === "rule" ? `${value} ${NAMES.get(value) || ""}` : value;
        return make("label", { class: count || box.checked ? null : "none", title: label }, box, make("span", {}, label), make("span", { class: "number" }, String(count)));
      }),
      more > 0 ? make("button", { type: "button", class: "plain", onclick: () => { unfolded.add(key); showFacets(offered); } }, `${more} more`) : null);
  }));
  if (held) for (const box of byId("facets").querySelectorAll("input")) if (box.dataset.facet === held) box.focus();
}

function choose(key, value) {
  if (!state[key].delete(value)) state[key].add(value);
  refresh();
}

function showChosen() {
  const chips = FACETS.flatMap((key) => [...state[key]].map((value) => [`${TITLES[key].toLowerCase()}: ${value}`, () => choose(key, value)]));
  if (state.function) chips.push([`function: ${state.function}`, () => { state.function = ""; refresh(); }]);
  byId("chosen").replaceChildren(...chips.map(([text, drop]) => make("button", { type: "button", class: "chosen", onclick: drop, "aria-label": `Remove filter ${text}` }, `${text} ✕`)));
}
