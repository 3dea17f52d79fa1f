import { dialled } from './dialled';

/** A number that a telephone, or a softphone beside the console, dials when it is chosen. */
export function PhoneLink({ number }: { number: string }) {
  return <a className="quiet-link contact num" href={`tel:${dialled(number)}`}>{number}</a>;
}

export function EmailLink({ address }: { address: string }) {
  return <a className="quiet-link contact" href={`mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`}>{address}</a>;
}
