import { call, user } from "../api.js"
import { button, field, form, h, notice, sure } from "../dom.js"
import { makeCourse } from "../course.js"
import { picture } from "../picture.js"

export const title = "Progress"

export async function show(main) {
  const [progress, classes, course] = await Promise.all([call("GET", "/progress"), call("GET", "/classes?limit=100"), makeCourse("/progress/history")])
  main.append(...picture(progress), course, membership(classes.items))
}

function membership(classes) {
  const code = h("input", { name: "join_code", required: true, autocomplete: "off", autocapitalize: "characters", maxlength: 40 })
  const none = h("p", { class: "quiet", hidden: classes.length > 0 }, "You haven't joined a class yet.")
  const list = h("ul", { class: "rows" }, classes.map((one) => member(one)))
  const join = form("Join", async () => {
    const joined = await call("POST", "/classes/join", { join_code: code.value })
    code.value = ""
    none.hidden = true
    list.querySelector(`[data-class="${joined.class_id}"]`)?.remove()
    list.prepend(member(joined))
    notice(`You are in ${joined.name} now. Its teacher sees your progress.`)
  }, field("Class code", code, "Your teacher will see your progress and be told when you get stuck."))
  join.classList.add("card")
  return h("section", {}, h("h2", {}, "Your classes"), none, list, join)
}

function member({ class_id: id, name }) {
  const leave = button("Leave", async () => {
    if (!(await sure(`Leave ${name}? Its teacher will not see your progress any more.`, "Leave the class"))) return
    await call("DELETE", `/classes/${id}/students/${user().id}`)
    line.remove()
    notice(`You are not in ${name} any more.`)
  }, { class: "small", "aria-label": `Leave ${name}` })
  const line = h("li", { class: "split", "data-class": id }, h("span", {}, name), leave)
  return line
}
