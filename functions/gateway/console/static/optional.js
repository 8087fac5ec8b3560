// The editor and the Markdown parser; null where they were not built, and then everything is plain text.
export const library = await import("./library.js").catch(() => null)
