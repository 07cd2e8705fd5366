"use strict";
// What the page knows, and how elements are made of it: by text, never by markup.
const report = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is no element becomes text. `onclick` and the like are listeners. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A line of text with what stands in backticks as code. */
function inline(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const SEVERITIES = ["error", "warning", "note"];

for (const [index, finding] of report.findings.entries()) {
  finding.index = index;
  finding.path = report.files[finding.file].path;
  finding.text = [finding.rule, finding.name, finding.message, finding.help, finding.path, finding.function || ""].join(" ").toLowerCase();
}
