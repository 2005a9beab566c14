// The service worker: pages of the guide that were opened can be read without a network, and a post or reply sent
// without one is kept and sent once it is back. What is kept of pages is always fetched without cookies, as a guest sees
// it: nothing of anybody who is signed in is ever kept, and of their words only those that wait to be sent. Those belong
// to the account that typed them: pages of no other are told of them, and no other session sends them.
"use strict";

const PAGES = "pages-1";
const FILES = "files-1";
const OFFLINE = "/offline";
const AT_ONCE = ["/", "/guide", OFFLINE];
const READ = /^\/(?:guide(?:\/[^/]+)?|category\/[^/]+|duties|help)?$/;
const WRITTEN = /^\/(?:boards\/[a-z_]+|posts\/\d+\/reply)$/;
const NOT_WRITTEN = /^\/boards\/settings/;
const SIGN_OUT = "/logout";
const LEAVE = "/me/privacy/leave";
const FILE = /\/static\/[\w./-]+\?v=\w+/g;
const MOST_PAGES = 80;
const FRESH_FOR = 3600000;
const TRIED_FOR = 14 * 24 * 3600000;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(Promise.all(AT_ONCE.map(keep)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![PAGES, FILES].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function isFresh(pages, path) {
  const had = await pages.match(path);
  return Boolean(had) && Date.now() - Date.parse(had.headers.get("Date") || 0) < FRESH_FOR;
}

// Keep a page as a guest sees it, with the files it needs.
async function keep(path) {
  const pages = await caches.open(PAGES);
  if (await isFresh(pages, path)) return;
  try {
    const answer = await fetch(path, { credentials: "omit", redirect: "error" });
    if (!answer.ok) { await pages.delete(path); return; }
    await keepFiles(await answer.clone().text());
    await pages.put(path, answer);
    for (const old of (await pages.keys()).slice(0, -MOST_PAGES)) {
      if (!AT_ONCE.includes(new URL(old.url).pathname)) await pages.delete(old);
    }
  } catch { /* The network is away; what was kept stays. */ }
}

async function keepFiles(html) {
  const files = await caches.open(FILES);
  for (const address of new Set(html.replaceAll("&amp;", "&").match(FILE) || [])) {
    const name = address.split("?")[0];
    if (await files.match(address)) continue;
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) continue;
    await files.delete(name, { ignoreSearch: true });
    await files.put(address, answer);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? opened(event, url) : sent(event, url));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  }
});

async function file(request) {
  const hit = await caches.match(request, { cacheName: FILES });
  // A page kept before an update names a file of then: without a network the one of now serves it.
  const now = async () => (await caches.match(request, { cacheName: FILES, ignoreSearch: true })) || Response.error();
  return hit || fetch(request).catch(now);
}

async function opened(event, url) {
  try {
    const answer = await fetch(event.request);
    if (READ.test(url.pathname) && answer.ok) event.waitUntil(keep(url.pathname));
    return answer;
  } catch {
    return (READ.test(url.pathname) && await kept(url.pathname)) || (await kept(OFFLINE)) || Response.error();
  }
}

// A kept page says of itself that it is one: forms in it get new names, and people are told.
async function kept(path) {
  const answer = await caches.match(path, { cacheName: PAGES });
  if (!answer) return null;
  const html = (await answer.text()).replace("<html ", "<html data-offline ");
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(html, { headers });
}

async function sent(event, url) {
  const waits = WRITTEN.test(url.pathname) && !NOT_WRITTEN.test(url.pathname);
  const leaves = [SIGN_OUT, LEAVE].includes(url.pathname);
  const copy = waits || leaves ? event.request.clone() : null;
  try {
    const answer = await fetch(event.request);
    if (leaves && (url.pathname === SIGN_OUT || answer.type === "opaqueredirect")) await empty(await copy.formData());
    return answer;
  } catch {
    if (waits) await put(url.pathname, await copy.formData());
    if (waits && self.registration.sync) await self.registration.sync.register("outbox").catch(() => null);
    return (await kept(OFFLINE)) || Response.error();
  }
}

// The outbox: one row for each form, under the form's key, by which the server takes it once. Whose it is says the mark
// that the server put into the form; only the account it stands for ever sees that mark.
function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function box(mode) {
  const opening = indexedDB.open("outbox", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("forms", { keyPath: "key" });
  return (await asked(opening)).transaction("forms", mode).objectStore("forms");
}

const every = async () => asked((await box("readonly")).getAll());
const forget = async (key) => asked((await box("readwrite")).delete(key));
const note = async (row) => asked((await box("readwrite")).put(row));

// Whoever leaves takes their own words along; those of others on this phone wait for them.
async function empty(form) {
  for (const row of await every()) if (row.owner === form.get("outbox_owner")) await forget(row.key);
}

async function put(path, form) {
  const fields = [...form.entries()].filter(([, value]) => typeof value === "string" || value.size);
  const text = String(form.get("text") || "");
  const owner = String(form.get("outbox_owner") || "");
  if (form.get("key")) await note({ key: form.get("key"), owner, path, fields, text, at: Date.now(), state: "waiting" });
}

let sending = Promise.resolve();

// One round after the other. A page sends what is its account's, by the token of its session; without one each row
// goes by the token of the session in which it was typed, and waits on where that is over.
function sendAll(mine, token) {
  sending = sending.then(async () => {
    for (const row of await every()) if (row.state === "waiting" && mine(row)) await send(row, token);
    await tell();
  }).catch(() => null);
  return sending;
}

async function send(row, token) {
  const form = new FormData();
  row.fields.forEach(([name, value]) => form.append(name, name === "form_token" && token ? token : value));
  let answer;
  try {
    answer = await fetch(row.path, { method: "POST", body: form });
  } catch {
    return;
  }
  if (answer.headers.has("X-Sign-In") || (answer.redirected && new URL(answer.url).pathname === "/login")) return;
  if (answer.ok && row.fields.some(([name]) => name === "keep")) {
    await forget(row.key); // A draft that was kept is answered with its page.
  } else if (answer.redirected && answer.ok) {
    const to = new URL(answer.url);
    await note({ key: row.key, owner: row.owner, state: "sent", to: to.pathname + to.search + to.hash, text: "", at: row.at });
  } else if ((answer.status < 500 && answer.status !== 429) || Date.now() - row.at > TRIED_FOR) {
    await note({ ...row, state: "refused" });
  }
}

// Pages hear that something changed, and each asks for what is its own.
async function tell() {
  for (const client of await self.clients.matchAll()) client.postMessage({ changed: true });
}

async function answer(client, mine) {
  const rows = await every();
  const own = rows.filter(mine).map(({ key, state, path, to, text, at }) => ({ key, state, path, to, text, at }));
  client.postMessage({ outbox: own, others: rows.length - own.length });
}

self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(sendAll(() => true, "")); });

self.addEventListener("message", (event) => {
  const { ask, key, owners, token } = event.data;
  const mine = (row) => Boolean(row.owner) && (owners || []).includes(row.owner);
  const work = {
    send: () => sendAll(mine, token),
    look: () => answer(event.source, mine),
    told: () => forget(key),
    drop: async () => { await forget(key); await tell(); },
  }[ask];
  if (work) event.waitUntil(work());
});
