import { call } from "../api.js"
import { h, number, when } from "../dom.js"
import { makeList, parts } from "../lists.js"
import { code } from "../markdown.js"
import { activity } from "../picture.js"
import { judged } from "../teaching/hand_ins.js"
import { grade, quality } from "../report.js"

export const title = "History"

const PARTS = { conversations: ["Conversations", conversations], submissions: ["Submissions", submissions], activity: ["Activity", recent] }

export async function show(main, { parameter = "conversations" }) {
  const current = Object.hasOwn(PARTS, parameter) ? parameter : "conversations"
  const place = h("section", { "aria-label": PARTS[current][0] })
  main.append(parts("History", Object.entries(PARTS).map(([name, [label]]) => [`history/${name}`, label]), `history/${current}`), place)
  await PARTS[current][1](place)
}

async function conversations(place) {
  const list = makeList({
    path: "/chat/conversations", empty: "You have not asked anything yet.",
    item: (one) => h("li", {}, h("a", { href: `#/chat/${one.conversation_id}` }, one.title), " ", h("small", {}, when(one.last_message_at))),
  })
  place.append(list.element)
  await list.load()
}

async function submissions(place) {
  const { items } = await call("GET", "/exercises?limit=100")
  const titles = new Map(items.map((one) => [one.exercise_id, one.title]))
  const list = makeList({
    path: "/submissions", list: "div", empty: "You have not handed in anything yet.",
    item: (one) => submission(one, titles.get(one.exercise_id)),
  })
  place.append(list.element)
  await list.load()
}

/** Show one submission: its result at once, its code and review on demand. */
export function submission(one, exercise = null) {
  const said = [
    exercise ?? (one.exercise_id ? "an exercise" : "for a review"),
    one.grade && `${one.grade.passed} of ${one.grade.total} tests passed`,
    one.review?.quality !== undefined && one.review?.quality !== null && `quality ${number(one.review.quality)} of 100`,
    one.withheld && "result shown later", one.status === "pending" && "being looked at", one.status === "failed" && "could not be graded",
  ].filter(Boolean)
  const inside = h("div")
  const fill = async ({ target }) => {
    if (!target.open) return
    draw(one)
    draw(await call("GET", `/submissions/${one.submission_id}`).catch(() => one))
  }
  const draw = (one) => inside.replaceChildren(judged(one), one.withheld ? h("p", { class: "quiet" }, "Your teacher shows the result later.") : "",
    one.exercise_id ? h("p", {}, h("a", { href: `#/exercises/${one.exercise_id}` }, "Open the exercise")) : "",
    code(one.code), one.grade ? grade(one.grade) : "", one.review ? quality(one.review) : "")
  return h("details", { class: "card", ontoggle: fill },
    h("summary", {}, h("strong", {}, when(one.created_at)), ` · ${said.join(" · ")}`), inside)
}

async function recent(place) {
  const { recent: items } = await call("GET", "/progress")
  place.append(h("p", { class: "quiet" }, "Runs, quizzes, exercises and questions, the latest ten."),
    items.length ? h("ul", { class: "rows" }, items.map(activity)) : h("p", { class: "empty" }, "Nothing yet. Run a program, or ask something."))
}
