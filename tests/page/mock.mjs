// SPDX-License-Identifier: BSD-2-Clause
// Serves the page as the agent does, straight from its files, with answers that are made up.
//   node tests/page/mock.mjs STATE [PORT]  to look at it
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { answer } from "./fixtures.mjs";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const FOLDER = path.join(ROOT, "user/export/page");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".js": "text/javascript; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/** The headers as page.c has them: {name: value}. */
export async function pageHeaders() {
  const source = await readFile(path.join(ROOT, "user/export/page.c"), "utf8");
  const table = /headers\[\] = \{(.*?)\n\};/s.exec(source)[1];
  return Object.fromEntries(
    [...table.matchAll(/\{ "([^"]+)",((?:\s*"[^"]*")+) \}/g)].map(([, name, value]) => [
      name,
      [...value.matchAll(/"([^"]*)"/g)].map((one) => one[1]).join(""),
    ]),
  );
}

export class Mock {
  constructor() {
    this.state = "typical";
    this.asked = [];
    this.away = false;
    this.at = null; // a moment that stands still; null: now
  }

  async start(port = 0) {
    this.headers = await pageHeaders();
    this.server = createServer((request, response) => this.serve(request, response));
    await new Promise((done) => {
      this.server.listen(port, "127.0.0.1", done);
    });
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async serve(request, response) {
    const url = new URL(request.url, this.url);
    this.asked.push(url.pathname + url.search);
    if (this.away && url.pathname.startsWith("/api/")) return request.socket.destroy();
    if (url.pathname.startsWith("/api/")) {
      const [status, said] = answer(this.state, url, this.at ?? Date.now());
      response.writeHead(status, {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": typeof said === "string" ? "text/plain; charset=utf-8" : "application/json",
      });
      return response.end(typeof said === "string" ? said : JSON.stringify(said));
    }
    const name = url.pathname === "/" ? "index.html" : url.pathname.replace(/^\/page\//, "");
    try {
      if (name.includes("/")) throw new Error("elsewhere");
      const content = await readFile(path.join(FOLDER, name));
      response.writeHead(200, { ...this.headers, "Content-Type": TYPES[path.extname(name)] });
      return response.end(content);
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
      return response.end("not here\n");
    }
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = new Mock();
  mock.state = process.argv[2] ?? "typical";
  await mock.start(Number(process.argv[3] ?? 0));
  console.log(mock.url);
}
