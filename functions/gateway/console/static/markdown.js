// Markdown as elements. What a node contains becomes text; markup in the text stays text.
import { h } from "./dom.js"
import { library } from "./optional.js"

const PLAIN = {
  paragraph: "p", emphasis: "em", strong: "strong", blockquote: "blockquote", listItem: "li", tableRow: "tr",
}
const SAFE = /^(https?:|mailto:)/i

/** Turn Markdown into an element. */
export function markdown(text) {
  if (!library) return h("div", { class: "markdown plain" }, text)
  return h("div", { class: "markdown" }, children(library.parseMarkdown(text)))
}

const children = (node) => (node.children ?? []).map(element)

function element(node) {
  if (node.type in PLAIN) return h(PLAIN[node.type], {}, children(node))
  switch (node.type) {
    case "text": return node.value
    case "break": return h("br")
    case "thematicBreak": return h("hr")
    case "inlineCode": return h("code", {}, node.value)
    case "code": return code(node.value, node.lang)
    // An answer is below the headings of the page.
    case "heading": return h(`h${Math.min(node.depth + 2, 6)}`, {}, children(node))
    case "list": return h(node.ordered ? "ol" : "ul", { start: node.ordered && node.start !== 1 && node.start }, children(node))
    case "link": return link(node)
    case "table": return table(node)
    default: return node.children ? h("span", {}, children(node)) : (node.alt ?? node.value ?? "")
  }
}

function link(node) {
  if (!SAFE.test(node.url)) return h("span", {}, children(node))
  return h("a", { href: node.url, rel: "noopener noreferrer", target: "_blank" }, children(node))
}

function table(node) {
  const [head, ...rows] = node.children
  const cells = (row, name) => h("tr", {}, row.children.map((cell) => h(name, {}, children(cell))))
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, h("thead", {}, cells(head, "th")), h("tbody", {}, rows.map((row) => cells(row, "td")))))
}

/** Show code, coloured when it is Python. */
export function code(text, language = "python") {
  const inner = h("code")
  if (library && /^(py(thon)?|python3)?$/i.test(language ?? "")) {
    library.colour(text, (piece, classes) => inner.append(classes ? h("span", { class: classes }, piece) : piece))
  } else inner.append(text)
  return h("pre", { tabindex: "0" }, inner)
}

/** Show a choice of a quiz as it is: stars, underscores and line breaks are part of it; only `code` is marked up. */
export function choice(text) {
  const pieces = text.split("`")
  const marked = pieces.length > 1 && pieces.length % 2 === 1
  const mono = !marked && /[[\]{}()=<>*_\\#"\n]/.test(text)
  return h("span", { class: `choice-text${mono ? " mono" : ""}` },
    marked ? pieces.map((piece, place) => (place % 2 ? h("code", {}, piece) : piece)) : text)
}
