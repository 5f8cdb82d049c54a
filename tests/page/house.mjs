// What all tests of the page use: the page served by the program, and a real browser that is led as people lead it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
export const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const ROOT = new URL("../..", import.meta.url).pathname;
export const PROGRAM = process.env.OTP_DOCTOR ?? `${ROOT}target/debug/otp-doctor`;
export const ENGINE = process.env.OTP_DOCTOR_ENGINE ?? `${ROOT}page/built`;
const CHROMIUM = process.env.OTP_DOCTOR_CHROMIUM ?? "/usr/bin/chromium";

/// Serves the page on this computer.
export async function serve(...options) {
  const program = spawn(PROGRAM, ["page", "--serve", "--port", "0", "--engine", ENGINE, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: program.stdout }), "line");
  return { at: line.trim(), end: () => program.kill() };
}

export function browser(...more) {
  const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: CHROMIUM, args: [...quiet, ...more] });
}

/// A page with everything that it asked for and said.
export async function opened(browser, at, options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
  const page = await context.newPage();
  const log = { requests: [], said: [] };
  context.on("request", (request) => log.requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`));
  page.on("console", (message) => log.said.push(message.text()));
  page.on("pageerror", (error) => log.said.push(String(error)));
  if (at) await page.goto(at);
  return { context, page, log };
}

export const heading = (page) => page.locator("#step").innerText();

/// Waits until the step is another than the one that was there.
export async function moved(page, before) {
  await page.waitForFunction((text) => {
    const step = document.querySelector("#step");
    return step && step.innerText !== text && !document.querySelector("#talk").hasAttribute("aria-busy");
  }, before, { timeout: 20_000 });
}

export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector("#talk").hasAttribute("aria-busy"), undefined, { timeout: 20_000 });
}

/// Picks the answer with this id and goes on.
export async function pick(page, id) {
  const before = await page.locator("#talk").innerHTML();
  await page.locator(`input[name=choice][value="${id}"]`).check();
  await page.locator("button.go").first().click();
  await page.waitForFunction((html) => document.querySelector("#talk").innerHTML !== html, before, { timeout: 20_000 });
  await settled(page);
}

export async function fill(page, text) {
  const before = await page.locator("#talk").innerHTML();
  await page.locator("#field").fill(text);
  await page.locator("button.go").click();
  await page.waitForFunction((html) => document.querySelector("#talk").innerHTML !== html, before, { timeout: 20_000 });
  await settled(page);
}

export async function press(page, does) {
  const before = await page.locator("#talk").innerHTML();
  await page.locator(`[data-do="${does}"]`).first().click();
  await page.waitForFunction((html) => document.querySelector("#talk").innerHTML !== html, before, { timeout: 20_000 });
  await settled(page);
}

/// What axe finds on the screen, in short.
export async function flaws(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 2).join(" ")}`);
}

/// Whether something is wider than the screen.
export const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
