// The switch for developers: /console/?developer shows how questions travel and how long they take, ?developer=off hides it.
const KEY = "learnflow-developer"
const asked = new URLSearchParams(location.search).get("developer")
if (asked !== null) localStorage.setItem(KEY, asked === "off" ? "" : "on")

/** Whether what is for developers is shown. */
export const developer = localStorage.getItem(KEY) === "on"
