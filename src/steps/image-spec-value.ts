import type { ImageSpec } from '../maas-image/image-spec.ts';
import { reveal, Secret, type Text } from '../plan/secret.ts';
import type { StepValue } from '../plan/step.ts';

/** An image's answers as a plan has them: what nobody is to read is a Secret. */
export type ShownSpec = Record<string, StepValue> & {
  output: string;
  engine: ImageSpec['engine'];
  proxmox: string;
};

/** Takes the secrets out: the hash of the debug user's password, and a proxy's address that has a password in it. */
export function shownSpec(spec: ImageSpec): ShownSpec {
  const { debug_user: user, apt_proxy: proxy } = spec;
  const hash = user?.password_hash;
  return {
    ...(spec as unknown as ShownSpec),
    ...(user
      ? { debug_user: { ...user, ...(hash === undefined ? {} : { password_hash: new Secret(hash) }) } }
      : {}),
    ...(proxy?.includes('@') ? { apt_proxy: new Secret(proxy, proxy.replace(/\/\/.*@/, '//***@')) } : {}),
  };
}

/** The answers again, for the build. */
export function imageSpecOf(shown: ShownSpec): ImageSpec {
  const {
    debug_user: user,
    apt_proxy: proxy,
    ...rest
  } = shown as unknown as ImageSpec & {
    debug_user?: { password_hash?: Text };
    apt_proxy?: Text;
  };
  return {
    ...rest,
    ...(user
      ? {
          debug_user: {
            ...user,
            ...(user.password_hash ? { password_hash: reveal(user.password_hash) } : {}),
          },
        }
      : {}),
    ...(proxy === undefined ? {} : { apt_proxy: reveal(proxy) }),
  };
}
