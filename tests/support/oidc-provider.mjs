// A provider of OpenID Connect for tests: node oidc-provider.mjs '{"port":…,"folder":…,"redirect":…,"signedOut":…}'.
// The folder holds node_modules and accounts.json, which is read for every sign-in. Its keys are new at each start.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { port, packages, folder, redirect, signedOut } = JSON.parse(process.argv[2]);
const provided = createRequire(join(packages, "x.js")).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(provided));

const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const accounts = () => JSON.parse(readFileSync(join(folder, "accounts.json"), "utf8"));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "hims-chat",
    client_secret: "secret-of-the-chat",
    redirect_uris: [redirect],
    post_logout_redirect_uris: [signedOut],
    backchannel_logout_uri: signedOut + "/oidc/back-channel",
  }],
  jwks: { keys: [{ ...key, kid: randomUUID(), use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomUUID()] },
  claims: { openid: ["sub"], profile: ["name", "employee_number", "groups", "realm_access"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts()[id] }) }),
  // It calls nobody on the machine it runs on, unless told otherwise; the chat is there.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  // Nobody is asked whether the chat may know who they are.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

provider.listen(port, "127.0.0.1", () => console.log("listening"));
