/** To which built-in spaces a network belongs, and which rules of the others it breaks. */
import type { Network } from '@netspace/network/network';
import { builtinSpaces } from '@netspace/space/builtin';
import { membershipOf, type Membership } from '@netspace/space/membership';
import { useEffect, useState } from 'preact/hooks';

interface Found {
  readonly name: string;
  readonly membership: Membership;
}

const checks = builtinSpaces().map((space) => ({ name: space.name, space }));
const made = new Map<string, (network: Network) => Membership>();

/** Tables of a space are made when they are first wanted. */
function check(network: Network): Found[] {
  return checks.map(({ name, space }) => {
    const known = made.get(name) ?? membershipOf(space);
    made.set(name, known);
    return { name, membership: known(network) };
  });
}

/** Follows the sliders a moment later, so that they move as fast as the screen does. */
export function Memberships({ network }: { network: Network }) {
  const [found, setFound] = useState<readonly Found[]>();
  useEffect(() => {
    const timer = setTimeout(() => setFound(check(network)), 80);
    return () => clearTimeout(timer);
  }, [network]);
  if (found === undefined) return null;
  const members = found.filter(({ membership }) => membership.member);
  const others = found.filter(({ membership }) => !membership.member);
  return (
    <section aria-labelledby="memberships">
      <h2 id="memberships">Spaces</h2>
      {members.length === 0 ? (
        <p>It belongs to none of the built-in spaces.</p>
      ) : (
        <p>
          It belongs to{' '}
          {members.map(({ name }, i) => (
            <>
              {i > 0 && ', '}
              <a href={`/spaces/${name}`}>{name}</a>
            </>
          ))}
          .
        </p>
      )}
      <table class="broken-rules">
        <caption>Rules that it breaks</caption>
        <tbody>
          {others.map(({ name, membership: { violations } }) => (
            <tr key={name}>
              <th scope="row">
                <a href={`/spaces/${name}`}>{name}</a>
              </th>
              <td>
                <b>{violations[0]?.rule}</b> {violations[0]?.message}
                {violations.length > 1 && <span class="quiet"> and {violations.length - 1} more</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
