import { call } from "../api.js"
import { field, form, h, when } from "../dom.js"
import { bar, picture } from "../picture.js"
import { listen } from "../stream.js"

export const title = "Classes"

export async function show(main, { parameter, signal }) {
  const place = h("div")
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Your classes" })
  const name = h("input", { name: "name", required: true, maxlength: 100 })
  const open = form("Open a class", async () => {
    const made = await call("POST", "/classes", { name: name.value })
    name.value = ""
    await list(made.class_id)
  }, field("Name of a new class", name))
  open.classList.add("row", "card")
  let shown = null

  async function list(chosen) {
    const { items } = await call("GET", "/classes")
    shown = chosen ?? items[0]?.class_id ?? null
    tabs.replaceChildren(...items.map((one) => h("button", { "aria-pressed": String(one.class_id === shown), onclick: () => list(one.class_id) },
      `${one.name} (${one.students})`)))
    if (!shown) place.replaceChildren(h("p", { class: "empty" }, "You have no class yet. Open one, and give its code to your students."))
    else await table(place, shown)
  }
  main.append(tabs, place, open)
  listen("alert", () => shown && table(place, shown).catch(() => null), signal)
  await list(parameter)
}

async function table(place, id) {
  const found = await call("GET", `/classes/${id}/progress?limit=200`)
  for (let next = found.next_cursor; next;) {
    const page = await call("GET", `/classes/${id}/progress?limit=200&cursor=${encodeURIComponent(next)}`)
    found.students.push(...page.students)
    next = page.next_cursor
  }
  const detail = h("div", { "aria-live": "polite" })
  const head = ["Student", "Mastery", "Streak", "Open alerts", "Last active"]
  place.replaceChildren(
    h("h2", {}, found.name), h("p", {}, "Students join with the code ", h("code", { class: "joincode" }, found.join_code), " under Progress."),
    found.students.length ? h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Students of ${found.name}` }, h("table", { class: "class" },
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, found.students.map((one) => row(one, detail))))) : h("p", { class: "empty" }, "Nobody has joined yet."),
    detail)
}

function row(one, detail) {
  return h("tr", {},
    h("th", { scope: "row" }, h("button", { class: "plain", onclick: () => student(one, detail) }, one.display_name)),
    h("td", { class: "total", "data-label": "Mastery" }, bar(one.mastery, one.level), h("span", {}, `${one.mastery.toFixed(1)} · ${one.level}`)),
    h("td", { "data-label": "Streak" }, `${one.streak_days} ${one.streak_days === 1 ? "day" : "days"}`),
    h("td", { "data-label": "Open alerts" }, one.open_alerts ? h("a", { href: "#/alerts", class: "badge" }, String(one.open_alerts)) : "none"),
    h("td", { "data-label": "Last active" }, when(one.last_active_at)))
}

async function student(one, detail) {
  const progress = await call("GET", `/students/${one.student_id}/progress`)
  detail.replaceChildren(h("section", { class: "card" }, h("h2", { tabindex: "-1" }, one.display_name), picture(progress)))
  detail.querySelector("h2").focus()
}
