/**
 * `@wap/server`: webhooks, the API and the worker of `wap`, as parts to be put together by whoever starts them.
 *
 * @module
 */
export { createApp } from "./app.ts";
export { type AppEnv, type AppOptions, type Limits } from "./app_options.ts";
export { listen, type Listener } from "./listen.ts";
export { type Log, type LogEntry } from "./log.ts";
export { Worker, type WorkerOptions } from "./worker/worker.ts";
