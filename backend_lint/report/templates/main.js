// Views, theme, keyboard.
const VIEWS = ["overview", "findings", "map", "routes"].filter(byId);

function show() {
  for (const view of VIEWS) byId(view).hidden = view !== state.view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function arrive() {
  readAddress();
  byId("search").value = state.q;
  show();
  const wanted = state.open;
  refresh();
  if (wanted && state.view === "findings") { state.open = wanted; openNamed(); } else window.scrollTo(0, 0);
}

function go(view) {
  if (!VIEWS.includes(view)) return;
  state.view = view;
  show();
  writeAddress();
  window.scrollTo(0, 0);
}

const THEMES = ["", "dark", "light"];
const theme = byId("theme");
function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name; else delete document.documentElement.dataset.theme;
  theme.setAttribute("aria-label", `Theme: ${name || "as the system"}`);
  // A page from the disk may be given no storage.
  try { localStorage.setItem("backend-lint-theme", name); } catch { return; }
}
const nextTheme = () => setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme || "") + 1) % THEMES.length]);
try { setTheme(THEMES.includes(localStorage.getItem("backend-lint-theme")) ? localStorage.getItem("backend-lint-theme") : ""); } catch { setTheme(""); }

let waiting = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { state.q = byId("search").value.trim(); refresh(); }, report.findings.length > 1000 ? 120 : 30);
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("reset").addEventListener("click", clear);
theme.addEventListener("click", nextTheme);
byId("keys").addEventListener("click", () => byId("help").showModal());
window.addEventListener("hashchange", arrive);
window.addEventListener("beforeprint", () => { while (more()) continue; });
new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) more(); }, { rootMargin: "1200px" }).observe(document.querySelector("footer"));

function clear() {
  for (const key of FACETS) state[key].clear();
  state.q = state.function = "";
  byId("search").value = "";
  refresh();
}

function escape(event) {
  const field = event.target;
  const open = current() && current().getAttribute("aria-expanded") === "true" ? current() : null;
  if (field === byId("search")) {
    if (field.value) { field.value = ""; state.q = ""; refresh(); } else field.blur();
  } else if (field === routeSearch) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
    field.blur();
  } else if (open) { toggle(open, false); open.focus(); } else if (state.view === "findings") clear();
}

function search() {
  const field = state.view === "routes" && routeSearch ? routeSearch : byId("search");
  if (field !== routeSearch) go("findings");
  field.focus();
  field.select();
}

const KEYS = {
  j: () => { if (state.view !== "findings") go("findings"); move(1); },
  k: () => { if (state.view !== "findings") go("findings"); move(-1); },
  n: () => step(1),
  p: () => step(-1),
  t: nextTheme,
  "/": search,
  "?": () => byId("help").showModal(),
  1: () => go("overview"), 2: () => go("findings"), 3: () => go("map"), 4: () => go("routes"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isOpen = document.querySelector("dialog[open]");
  if (event.key === "Escape" && !isOpen) { event.preventDefault(); escape(event); return; }
  if (/^(?:INPUT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox") {
    if (event.key === "Enter" && event.target === byId("search")) { event.preventDefault(); last = null; move(0); }
    return;
  }
  if (isOpen && !["n", "p", "t"].includes(event.key)) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});

if (matchMedia("(max-width: 860px)").matches) document.querySelector(".facets-box").open = false;
arrive();
