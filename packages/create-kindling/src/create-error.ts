/** Why no project was made; the message is all that the person needs. */
export class CreateError extends Error {
  override readonly name: string = "CreateError";
}
