// What a student has to do until when.
import { call } from "./api.js"
import { h, number, when, words } from "./dom.js"
import { listen } from "./stream.js"

const SAID = { upcoming: "not open yet", open: "to do", late: "late", submitted: "handed in", done: "✓ done", missed: "missed" }

/** Make the list of what is due, by the day; `{element, load()}`. It is hidden while there is nothing. */
export function makeDue(signal) {
  const list = h("div", { class: "stack" })
  const element = h("section", { class: "card", hidden: true }, h("h2", {}, "Due"), list)
  const load = async () => {
    const { items } = await call("GET", "/assignments")
    element.hidden = !items.length
    const days = Map.groupBy?.(items, day) ?? new Map([["", items]])
    list.replaceChildren(...[...days].map(([name, ones]) => h("div", {}, name ? h("h3", {}, name) : "", h("ul", { class: "rows" }, ones.map(line)))))
  }
  listen("assignment", () => load().catch(() => null), signal)
  return { element, load }
}

const day = ({ due }) => (due ? new Date(due).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" }) : "Without a date")

function line(one) {
  const address = one.quiz_id ? `#/quiz/${one.quiz_id}` : one.exercise_id ? `#/exercises/${one.exercise_id}` : null
  const tone = { done: "good", missed: "bad", late: "bad" }[one.state] ?? ""
  return h("li", {}, address ? h("a", { href: address }, one.title) : h("strong", {}, one.title), ` ${words(one.topic)} · `,
    h("span", { class: `status ${tone}` }, SAID[one.state]), one.score === null ? "" : ` · ${number(one.score * 100)} %`, h("br"),
    h("small", {}, one.due ? ["due ", when(one.due)] : "no due date", one.late && one.due ? `, ${number(one.late.percent_a_day)} % less for each day late` : "",
      one.opens && one.state === "upcoming" ? [", opens ", when(one.opens)] : "", one.hints ? "" : ", without hints"))
}
