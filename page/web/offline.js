// Keeps the page's own files, so that it works without the network. Only what is listed is kept, and nothing of what is typed.
"use strict";

const KEPT = "{digest}";
const FILES = ["{files}"];

oninstall = (event) => event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => skipWaiting()));

onactivate = (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );

onfetch = (event) => {
  // A question for the time is for the host alone.
  if (event.request.method !== "GET") return;
  event.respondWith(answered(event.request));
};

async function answered(request) {
  const kept = await (await caches.open(KEPT)).match(request.mode === "navigate" ? page(request.url) : request);
  return kept ?? fetch(request);
}

// The folder itself is its index.
function page(url) {
  const at = new URL(url);
  return at.pathname.endsWith("/") ? at.pathname + "index.html" : at.pathname;
}
