// Lists that come in pages, and the links between the parts of a view.
import { call, query } from "./api.js"
import { button, h } from "./dom.js"

/** Make a list that is read page by page; `{element, load()}`, where load reads again as much as is shown. */
export function makeList({ path, values = () => ({}), pick = (page) => page.items, item, empty, list = "ul", size = 20 }) {
  const place = h(list, { class: list === "ul" ? "rows" : "stack" })
  const nothing = h("p", { class: "empty", hidden: true }, empty)
  const more = button("Show more", () => read(1), { hidden: true })
  const element = h("div", { class: "pages" }, place, nothing, more)
  let cursor = null
  let shown = 0
  let newest = 0

  async function read(pages, again = false) {
    const asked = ++newest
    const items = []
    let next = again ? null : cursor
    for (let page = 0; page < pages && (page === 0 || next); page++) {
      const found = await call("GET", path + query({ ...values(), limit: size, cursor: next }))
      items.push(...pick(found))
      next = found.next_cursor
    }
    if (asked !== newest) return
    cursor = next
    shown = again ? pages : shown + pages
    arrange(place, [...(again ? [] : place.children), ...items.map(item)])
    nothing.hidden = place.children.length > 0
    more.hidden = !cursor
  }
  return { element, load: ({ first = false } = {}) => read(first ? 1 : Math.max(1, shown), true) }
}

/** Show elements in an order, without touching those that are in their place: a focus in one of them stays. */
export function arrange(place, wanted) {
  wanted.forEach((element, index) => {
    if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null)
  })
  while (place.children.length > wanted.length) place.lastChild.remove()
}

/** Make links to the parts of a view: [[address, label], ...]. */
export function parts(label, links, current) {
  return h("nav", { class: "tabs", "aria-label": label }, links.map(([address, text]) =>
    h("a", { href: `#/${address}`, "aria-current": address === current && "page" }, text)))
}
