import { call } from "../api.js"
import { field, form, h, notice } from "../dom.js"
import { picture } from "../picture.js"

export const title = "Progress"

export async function show(main) {
  const [progress, classes] = await Promise.all([call("GET", "/progress"), call("GET", "/classes")])
  main.append(...picture(progress), membership(classes.items))
}

function membership(classes) {
  const code = h("input", { name: "join_code", required: true, autocomplete: "off", autocapitalize: "characters", maxlength: 40 })
  const list = h("ul", { class: "list" }, classes.map((one) => h("li", {}, one.name)))
  const join = form("Join", async () => {
    const joined = await call("POST", "/classes/join", { join_code: code.value })
    code.value = ""
    list.append(h("li", {}, joined.name))
    notice(`You are in ${joined.name} now. Its teacher sees your progress.`)
  }, field("Code of a class", code, "Its teacher will see your progress, and hear when you are stuck."))
  join.classList.add("card")
  return h("section", {}, h("h2", {}, "Your classes"), list, join)
}
