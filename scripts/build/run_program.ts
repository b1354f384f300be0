/**
 * Runs one of the programs that a build needs.
 *
 * @module
 */

/**
 * Runs a program to its end; its output goes to the terminal.
 *
 * @param args Its arguments, and the folder that it runs in.
 * @returns Whether the program exists and exited with 0.
 */
export async function runProgram(
  program: string,
  { args, cwd }: { readonly args: readonly string[]; readonly cwd: string },
): Promise<boolean> {
  try {
    const child = new Deno.Command(program, { args: [...args], cwd, stdin: "null" }).spawn();
    return (await child.status).success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`Cannot start "${program}": there is no such program`);
    return false;
  }
}
