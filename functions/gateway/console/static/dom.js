// Elements without markup: text becomes text, whatever it contains.

/** Make an element: h("p", { class: "note", onclick }, "text", child). */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

const SVG = "http://www.w3.org/2000/svg"

/** Make an element of a picture. */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children)
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (name === "value" || name === "checked") element[name] = value
    else element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

let number = 0

/** Make a field with its label. */
export function field(label, control, hint) {
  control.id ||= `field-${++number}`
  const note = hint && h("small", { id: `${control.id}-hint` }, hint)
  if (note) control.setAttribute("aria-describedby", note.id)
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note)
}

/** Make a choice of several values. */
export function select(options, chosen) {
  return h("select", {}, options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)))
}

/** Make a form whose button is off while it is at work; what fails is said beside it. */
export function form(label, act, ...children) {
  const button = h("button", { class: "primary" }, label)
  const problem = h("p", { class: "problem", role: "alert" })
  const submit = async (event) => {
    event.preventDefault()
    if (button.getAttribute("aria-disabled") === "true") return
    button.setAttribute("aria-disabled", "true")
    problem.replaceChildren()
    try {
      await act(element)
    } catch (error) {
      problem.replaceChildren(error.message)
      error.field && element.elements[error.field]?.focus()
    }
    button.removeAttribute("aria-disabled")
  }
  const element = h("form", { onsubmit: submit }, ...children, h("div", { class: "actions" }, button), problem)
  return element
}

/** Say something that is not part of the view, for eyes and for screen readers. */
export function notice(text, action) {
  const place = document.getElementById("notice")
  place.replaceChildren(text, action ?? "")
  clearTimeout(notice.timer)
  notice.timer = setTimeout(() => place.replaceChildren(), 12_000)
}

/** Write a time as somebody would say it. */
export function when(iso) {
  if (!iso) return "never"
  const date = new Date(iso)
  const today = date.toDateString() === new Date().toDateString()
  return date.toLocaleString(undefined, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" })
}

/** Write an identifier such as `data-structures` as words. */
export const words = (name) => (name === "oop" ? "classes and objects" : name.replaceAll(/[-_]/g, " "))
