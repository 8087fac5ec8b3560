import { call, once } from "../api.js"
import { count, h, notice, number, when, words } from "../dom.js"
import { makeCourse } from "../course.js"
import { makeList } from "../lists.js"
import { picture } from "../picture.js"
import { listen } from "../stream.js"
import { makeAlerts } from "../teaching/alerts.js"
import { exerciseForm } from "../teaching/giving.js"
import { nameOf } from "../teaching/names.js"

export const title = "Student"

export async function show(main, { parameter: id, signal }) {
  if (!id) return main.append(h("p", { class: "empty" }, "Choose a student under Classes."))
  const [name, progress] = await Promise.all([nameOf(id), call("GET", `/students/${id}/progress`)])
  if (signal.aborted) return
  document.title = `${name} · LearnFlow`
  main.querySelector("h1").replaceChildren(name)
  const alerts = makeAlerts(() => ({ student_id: id, status: "open" }), { named: false })
  const given = makeList({
    path: `/students/${id}/exercises`, values: () => ({ assigned: true }), item: exercise, size: 10,
    empty: "None yet.",
  })
  const give = exerciseForm("Give it", async (wanted) => {
    await call("POST", `/students/${id}/exercises`, wanted, once())
    notice(`${name} hears of it as soon as it is made.`)
    await given.load()
  })
  give.classList.add("row")
  main.append(
    h("p", { class: "quiet" }, "Your visits to this page are logged, and the student can see them."),
    h("h2", {}, "Open alerts"), alerts.element,
    h("h2", {}, "Mastery"), ...picture(progress), await makeCourse(`/students/${id}/progress/history`),
    h("h2", {}, "Exercises from a teacher"), given.element,
    h("details", { class: "card" }, h("summary", {}, "Give an exercise"), give))
  listen("alert", () => alerts.load(), signal)
  await Promise.all([alerts.load(), given.load()])
}

function exercise(one) {
  const { best, assigned } = one
  const far = !best ? "not begun" : best.passed ? `passed, after ${count(best.submissions, "submission")}`
    : `${count(best.submissions, "submission")}, best ${number(best.score * 100)} %`
  return h("li", {}, h("strong", {}, one.title ?? "being made"), ` ${words(one.topic)}, ${one.difficulty} · `, far,
    h("br"), h("small", {}, assigned.by ? `by ${assigned.by}, ` : "", when(assigned.at), assigned.note ? `: ${assigned.note}` : ""))
}
