const MASK = '***';

/**
 * Texts of a node without their secrets, for people outside. Better a word too many than one too few: values
 * behind names that sound secret go, and everything that has the form of a key, token or password hash.
 */
export function redact(text: string): string {
  return PATTERNS.reduce((said, [pattern, mask]) => said.replace(pattern, mask), text);
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    `-----PRIVATE KEY ${MASK}-----`,
  ],
  // https://user:password@host
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']+:)[^\s/@"']+@/gi, `$1${MASK}@`],
  // PVEAPIToken=user@realm!id=<uuid>, and the token alone.
  [/(PVEAPIToken[=\s]+[^\s=!]+![^\s=]+=)[^\s"',;]+/g, `$1${MASK}`],
  [/(\b[\w.-]+@[\w.-]+![\w.-]+=)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, `$1${MASK}`],
  // Tickets and CSRF tokens.
  [/\bPVE(?:AuthCookie=)?:?[\w.@-]*:[0-9A-F]{8}::?[A-Za-z0-9+/=%]{20,}/g, `PVE:${MASK}`],
  [/\b[0-9A-F]{8}:[A-Za-z0-9+/]{40,}={0,2}/g, MASK],
  // MAAS' API key C:T:S, and OAuth's parts.
  [/\b[A-Za-z0-9]{18}:[A-Za-z0-9]{18}:[A-Za-z0-9]{32}\b/g, MASK],
  [/(oauth_(?:token|signature|consumer_key)=)("?)[^",\s]+/g, `$1$2${MASK}`],
  // crypt(3): $6$salt$hash, $y$…
  [/\$(?:[1-9a-z]|2[abxy]|argon2\w*|yescrypt)\$[./A-Za-z0-9$,=+-]{8,}/g, MASK],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, MASK],
  // An enterprise key: pve4p-0123456789.
  [/\bpve\d[a-z]-[0-9a-f]{10}\b/gi, MASK],
  // name: value, name=value, "name": "value"; --name value.
  [
    /((?:["']?)\b[\w-]*(?:passw(?:or)?d|passphrase|secret|api[_-]?key|private[_-]?key|psk|credential|auth[_-]?token|access[_-]?token|csrf\w*token)[\w-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}&]+)/gi,
    `$1${MASK}`,
  ],
  [/(--[\w-]*(?:passw(?:or)?d|secret|token|api-?key)[\w-]*[ =])("[^"]*"|'[^']*'|\S+)/gi, `$1${MASK}`],
  // An Ignition or cloud-init text within arguments or data URLs may hold anything.
  [/(data:[\w/+.-]*;base64,)[A-Za-z0-9+/=]{16,}/g, `$1${MASK}`],
];
