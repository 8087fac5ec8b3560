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

let fields = 0

/** Make a field with its label. */
export function field(label, control, hint) {
  control.id ||= `field-${++fields}`
  const note = hint && h("small", { id: `${control.id}-hint` }, hint)
  if (note) control.setAttribute("aria-describedby", note.id)
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note)
}

/** Make a choice of several values. */
export function select(options, chosen) {
  return h("select", {}, options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)))
}

/** Do something that takes a while: the button is off meanwhile. */
async function busy(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return
  button.setAttribute("aria-disabled", "true")
  try {
    await act()
  } finally {
    button.removeAttribute("aria-disabled")
  }
}

/** Make a button; what fails is said in the notice. */
export function button(label, act, attributes = {}) {
  const work = () => busy(element, act).catch((error) => notice(error.message))
  const element = h("button", { type: "button", ...attributes, onclick: work }, label)
  return element
}

/** Make a form whose button is off while it is at work; what fails is said beside it. */
export function form(label, act, ...children) {
  const submit = h("button", { class: "primary" }, label)
  const problem = h("p", { class: "problem", role: "alert" })
  const work = async (event) => {
    event.preventDefault()
    problem.replaceChildren()
    await busy(submit, () => act(element)).catch((error) => problem.replaceChildren(blame(element, error)))
  }
  const element = h("form", { onsubmit: work }, ...children, h("div", { class: "actions" }, submit), problem)
  return element
}

/** Say what is wrong by the label of the field that is wrong, and go there. */
function blame(element, error) {
  const control = error.field && element.elements[error.field]
  if (!control?.labels?.length) return error.message
  control.setAttribute("aria-invalid", "true")
  control.addEventListener("input", () => control.removeAttribute("aria-invalid"), { once: true })
  control.focus()
  return `${control.labels[0].textContent}: ${error.reason}`
}

/** Ask before something that cannot be taken back; gives whether the answer is yes. */
export function sure(question, label) {
  const dialog = h("dialog", { "aria-label": label }, h("p", {}, question),
    h("form", { method: "dialog", class: "actions" },
      h("button", { value: "yes", class: "danger" }, label), h("button", { value: "no", autofocus: true }, "Cancel")))
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove()
    resolve(dialog.returnValue === "yes")
  }))
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
  const text = date.toLocaleString(undefined, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" })
  return h("time", { datetime: iso, title: date.toLocaleString() }, text)
}

/** Write a number as the reader does. */
export const number = (value, digits = 0) =>
  value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** Write how many there are of something. */
export const count = (amount, one, many = `${one}s`) => `${number(amount)} ${amount === 1 ? one : many}`

/** Write an identifier such as `data-structures` as words. */
export const words = (name) => (name === "oop" ? "classes and objects" : name.replaceAll(/[-_]/g, " "))
