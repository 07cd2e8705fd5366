// Source as it is shown: numbered lines in colours, with what findings mark.
const TOKEN = new RegExp(
  [
    String.raw`(?<c>#.*)`,
    String.raw`(?<s>[rbfuRBFU]{0,2}(?:"""|''')|[rbfuRBFU]{0,2}"(?:[^"\\]|\\.)*"?|[rbfuRBFU]{0,2}'(?:[^'\\]|\\.)*'?)`,
    String.raw`(?<d>\b\d[\w.]*)`,
    String.raw`(?<k>\b(?:and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield|None|True|False)\b)`,
    String.raw`(?<f>@[\w.]+|\b[A-Za-z_]\w*(?=\())`,
  ].join("|"), "g");

/** The pieces of a line, [kind, text] each, and the quotation mark of the string that goes on in the next line. */
function tokens(line, quote) {
  const found = [];
  let at = 0;
  const take = (kind, end) => { if (end > at) found.push([kind, line.slice(at, end)]); at = end; };
  const closing = () => {
    const end = line.indexOf(quote, at);
    if (end < 0) { take("s", line.length); return false; }
    take("s", end + quote.length);
    quote = "";
    return true;
  };
  if (quote && !closing()) return [found, quote];
  TOKEN.lastIndex = at;
  for (let match; (match = TOKEN.exec(line)); TOKEN.lastIndex = at) {
    take("", match.index);
    const kind = ["c", "s", "d", "k", "f"].find((name) => match.groups[name] !== undefined);
    take(kind, match.index + match[0].length);
    const opened = kind === "s" && /^[a-zA-Z]*("""|''')$/.exec(match[0]);
    if (opened) {
      quote = opened[1];
      if (!closing()) return [found, quote];
    }
  }
  take("", line.length);
  return [found, quote];
}

/** Elements for a line; `mark` is [start, end) in characters of what is shown. */
function painted(line, quote, mark) {
  const [pieces, next] = tokens(line, quote);
  const [start, end] = mark ? units(line, mark) : [0, 0];
  const code = make("code");
  let at = 0;
  let marked = null;
  const add = (kind, text) => {
    if (!text) return;
    const inside = mark && at >= start && at < end;
    if (inside && !marked) code.append((marked = make("mark")));
    (inside ? marked : code).append(kind ? make("span", { class: kind }, text) : text);
    at += text.length;
  };
  for (const [kind, text] of pieces) {
    const from = at;
    const cuts = [start - from, end - from].filter((cut) => mark && cut > 0 && cut < text.length);
    let last = 0;
    for (const cut of [...cuts, text.length]) { add(kind, text.slice(last, cut)); last = cut; }
  }
  return [code, next];
}

/** Python counts code points, the page code units. */
function units(line, mark) {
  if (!/[\ud800-\udfff]/.test(line)) return mark;
  const points = Array.from(line);
  return mark.map((count) => points.slice(0, count).join("").length);
}

/** The lines [first, last] of a file as far as they are known; `wanted(number)` may give a class, a mark, a text and remarks for a line. */
function source(file, first, last, wanted) {
  const list = make("ol");
  let shown = 0;
  for (const [start, begun, lines] of report.files[file].ranges) {
    let quote = begun;
    lines.forEach((line, offset) => {
      const number = start + offset;
      const extra = wanted(number) || {};
      const [code, next] = painted(extra.text === undefined ? line : extra.text, quote, extra.mark);
      quote = next;
      if (number < first || number > last) return;
      if (shown && number !== shown + 1) list.append(make("li", { class: "gap", "aria-hidden": "true" }, plural(number - shown - 1, "line")));
      shown = number;
      list.append(make("li", { class: extra.class, "data-line": number, "data-step": extra.step }, make("span", { "aria-hidden": "true" }, String(number)), code,
        ...(extra.remarks || []).map((remark) => make("p", { class: "remark" }, ...inline(remark)))));
    });
  }
  return shown ? make("div", { class: "source", tabindex: "0", role: "group", "aria-label": `Source of ${report.files[file].path}` }, list) : null;
}
