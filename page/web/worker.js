// One WebAssembly module. What is asked is a length, JSON and bytes; so is the answer (page/src/lib.rs).
"use strict";

let exports;

// What reads archives could also write encrypted ones, and would ask the browser for chance. It never does.
const nothing = new Proxy({}, { get: () => new Proxy({}, { get: () => () => 0 }) });

onmessage = async ({ data: { id, load, bytes, request } }) => {
  try {
    if (load) {
      exports = (await WebAssembly.instantiate(bytes ?? (await fetched(load)), nothing)).instance.exports;
      return postMessage({ id });
    }
    const answer = ask(request, bytes);
    postMessage({ id, ...answer }, [answer.bytes.buffer]);
  } catch {
    // A module that has given up is of no more use, and what it says of that is for nobody.
    postMessage({ id, failed: true });
  }
};

async function fetched(name) {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(name);
  return answer.arrayBuffer();
}

function ask(request, bytes = new Uint8Array()) {
  const json = request ? new TextEncoder().encode(JSON.stringify(request)) : new Uint8Array();
  const length = 4 + json.length + bytes.length;
  const at = exports.room(length);
  const room = new Uint8Array(exports.memory.buffer, at, length);
  new DataView(room.buffer, at).setUint32(0, json.length, true);
  room.set(json, 4);
  room.set(bytes, 4 + json.length);
  json.fill(0);
  bytes.fill(0);
  const answered = BigInt.asUintN(64, exports.call(at, length));
  const [from, size] = [Number(answered >> 32n), Number(answered & 0xffffffffn)];
  const answer = new Uint8Array(exports.memory.buffer, from, size);
  const split = 4 + new DataView(exports.memory.buffer, from).getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(answer.subarray(4, split)));
  const beside = answer.slice(split);
  exports.done(from, size);
  return { told, bytes: beside };
}
