import { call, leave, user } from "../api.js"
import { button, field, form, h, notice, sure, when } from "../dom.js"
import { makeList } from "../lists.js"

export const title = "Your account"

const DELIVERY = [["at_once", "each at once"], ["digest", "several together"]]

export async function show(main) {
  const { display_name: name, email, role, time_zone: zone, created_at: since } = await call("GET", "/me")
  const fact = (label, ...value) => [h("dt", {}, label), h("dd", {}, ...value)]
  main.append(h("section", { class: "card" }, h("dl", { class: "pairs" },
    fact("Name", name), fact("E-mail", email), fact("Role", role), fact("Time zone", zone), fact("Since", when(since)))))
  if (role === "teacher") main.append(await delivery())
  else main.append(await views())
  main.append(data())
}

async function delivery() {
  const { delivery: chosen } = await call("GET", "/alerts/delivery")
  const choose = ({ target }) => call("POST", "/alerts/delivery", { delivery: target.value })
    .then(() => notice("Kept."), (error) => notice(error.message))
  return h("section", { class: "card" }, h("h2", {}, "How you get alerts"), h("fieldset", { class: "bare", onchange: choose },
    h("legend", {}, "Send me"), DELIVERY.map(([value, label]) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "delivery", value, checked: value === chosen }), label))))
}

async function views() {
  const list = makeList({
    path: "/me/views", empty: "Nobody has looked yet.",
    item: (one) => h("li", {}, h("strong", {}, one.viewer.display_name ?? "Somebody who is gone"), ` ${one.what} `, h("small", {}, when(one.viewed_at))),
  })
  await list.load()
  return h("section", { class: "card" }, h("h2", {}, "Who looked at your data"), list.element)
}

function data() {
  const download = async () => {
    const all = await call("GET", "/me/export")
    const address = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }))
    h("a", { href: address, download: "learnflow.json" }).click()
    URL.revokeObjectURL(address)
  }
  const gone = async (by) => {
    await call("DELETE", "/me", by)
    await leave()
    notice("Your account and all your data have been deleted.")
  }
  const password = () => form("Erase everything", (own) => gone({ password: own.elements.password.value }),
    field("Your password, to erase your account", h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })))
  const confirm = h("div")
  const erase = async () => {
    if (!(await sure(`Erase ${user().email} and everything we store about you? This cannot be undone.`, "Erase everything"))) return
    try {
      await gone()
    } catch (error) {
      // A sign-in that is not fresh: the password shows that it is still the same person.
      if (error.status !== 403 || error.field !== "password") throw error
      confirm.replaceChildren(password())
      confirm.querySelector("input").focus()
    }
  }
  return h("section", { class: "card" }, h("h2", {}, "Your data"),
    h("p", {}, "You can download or permanently delete everything we store about you."),
    h("div", { class: "actions" }, button("Download my data", download), button("Erase my account", erase, { class: "danger" })), confirm)
}
