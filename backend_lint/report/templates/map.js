// The map shows the calls of the box that the pointer or the focus is on; routes can be searched.
const map = document.querySelector(".map");
if (map) {
  const boxes = new Map([...map.querySelectorAll(".box")].map((box) => [box.dataset.box, box]));
  const edges = [...map.querySelectorAll(".edges path")];
  const trace = (event) => {
    const box = event.type === "mouseleave" || event.type === "focusout" ? null : event.target.closest(".box");
    map.classList.toggle("traced", Boolean(box));
    for (const near of map.querySelectorAll(".near")) near.classList.remove("near");
    if (!box) return;
    box.classList.add("near");
    for (const edge of edges) {
      if (edge.dataset.start !== box.dataset.box && edge.dataset.end !== box.dataset.box) continue;
      for (const near of [edge, boxes.get(edge.dataset.start), boxes.get(edge.dataset.end)]) near.classList.add("near");
    }
  };
  for (const name of ["mouseover", "mouseleave", "focusin", "focusout"]) map.addEventListener(name, trace);
}

const routeSearch = byId("route-search");
if (routeSearch) {
  const lines = [...document.querySelectorAll(".routes tbody tr")].map((line) => [line, line.textContent.toLowerCase()]);
  routeSearch.addEventListener("input", () => {
    const words = routeSearch.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [line, text] of lines) line.hidden = !words.every((word) => text.includes(word));
  });
}
