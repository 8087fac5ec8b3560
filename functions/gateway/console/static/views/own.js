// A teacher's own exercises: a list, and one of them to write or to look at.
import { call } from "../api.js"
import { button, count, h, notice, sure, when, words } from "../dom.js"
import { makeList } from "../lists.js"
import { markdown } from "../markdown.js"
import { showPreview } from "../teaching/proof.js"
import { showWriting } from "../teaching/writing.js"

export const title = "Own exercises"

export async function show(main, { parameters: [id], signal }) {
  if (!id) return list(main)
  main.append(h("p", {}, h("a", { href: "#/own" }, "All exercises")))
  if (id === "new") return showWriting(main, null, signal)
  const exercise = await call("GET", `/exercises/authored/${id}`)
  return exercise.mine && exercise.status === "draft" ? showWriting(main, exercise, signal) : settled(main, exercise)
}

async function list(main) {
  const all = makeList({ path: "/exercises/authored", item: line, empty: "You have not written an exercise yet." })
  main.append(
    h("p", {}, "Write an exercise with a solution and a few tests. Before students get it, the tests are proven: wrong programs that pass are shown to you."),
    h("p", {}, h("a", { href: "#/own/new" }, "Write an exercise")), all.element)
  await all.load()
}

const STATES = { draft: "draft", published: "✓ published", archived: "archived" }

function line(one) {
  const whose = one.mine ? (one.shared ? ", shared" : "") : `, shared by ${one.author ?? "a colleague"}`
  const version = one.version > 1 ? `, version ${one.version}` : ""
  return h("li", {}, h("a", { href: `#/own/${one.exercise_id}` }, one.title), ` ${words(one.topic)}, ${one.difficulty}${version}${whose} `,
    h("span", { class: one.status === "published" ? "status good" : "quiet" }, STATES[one.status]), " ", h("small", {}, when(one.updated_at)))
}

/** Show an exercise that does not change any more. */
async function settled(main, exercise) {
  const path = `/exercises/authored/${exercise.exercise_id}`
  const copy = button(exercise.mine ? "Make a new version" : "Copy it", async () => {
    const made = await call("POST", `${path}/copy`)
    location.hash = `#/own/${made.exercise_id}`
  })
  const change = (label, body, said) => button(label, async () => {
    if (body.archived && !(await sure("Put this exercise away? It opens to no more students; those who have it keep it.", "Put it away"))) return
    await call("PATCH", path, body)
    notice(said)
    location.hash = "#/own"
  })
  const actions = exercise.mine
    ? [exercise.shared ? change("Stop sharing", { shared: false }, "It is yours alone now.") : change("Share with the school", { shared: true }, "Your colleagues and their students can use it now."),
      exercise.status === "archived" ? change("Take it back", { archived: false }, "It is in use again.") : change("Put it away", { archived: true }, "It is put away.")]
    : []
  const preview = h("div")
  main.append(h("article", {}, h("h2", {}, exercise.title),
    h("p", { class: "quiet" }, `${words(exercise.topic)}, ${exercise.difficulty}, version ${exercise.version}, ${count(exercise.tests.length, "test")}, ${exercise.status}`),
    markdown(exercise.instructions), h("div", { class: "actions" }, copy, actions),
    h("h3", {}, "Solution"), h("pre", { tabindex: "0" }, exercise.solution),
    h("h3", {}, "Tests"), h("ul", { class: "rows" }, exercise.tests.map((test) => h("li", {}, h("strong", {}, test.name), " ",
      h("code", {}, test.call ?? test.stdin ?? ""), " ", h("small", {}, test.visible ? "an example" : "hidden")))), preview))
  await showPreview(preview, exercise).catch((error) => preview.replaceChildren(h("p", { class: "quiet" }, error.reason ?? error.message)))
}
