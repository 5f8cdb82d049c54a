// Keeps the page's own files, so that it works without the network: what is listed at once, the readers when they were needed.
// Nothing of what is typed or shown ever comes here.
"use strict";

const KEPT = "{digest}";
const FILES = ["{files}"];
const READERS = "/reads.wasm";

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
  const files = await caches.open(KEPT);
  const kept = await files.match(request.mode === "navigate" ? page(request.url) : request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && request.url.endsWith(READERS)) await files.put(request, answer.clone());
  return answer;
}

// The folder itself is its index.
function page(url) {
  const at = new URL(url);
  return at.pathname.endsWith("/") ? at.pathname + "index.html" : at.pathname;
}
