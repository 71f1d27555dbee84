/**
 * `@wap/bauplan-client`: a TypeScript SDK for Bauplan. So far it finds the credentials that Bauplan's own clients use; the calls follow.
 *
 * @module
 */
export { ConfigurationError, DEFAULT_ENDPOINT, type Profile, type ProfileOptions, resolveProfile } from "./profile.ts";
