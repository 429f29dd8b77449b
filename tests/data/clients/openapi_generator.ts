// The README's first examples by the TypeScript client that openapi-generator writes.
import { Configuration, FundingLinksApi, InitiativesApi, ParticipationsApi, ResponseError } from "./atlas/index.js";

const configuration = new Configuration({ basePath: process.argv[2] });
const initiatives = new InitiativesApi(configuration);
const links = new FundingLinksApi(configuration);
const record = await initiatives.initiativesRetrieve({ slug: "ajccbc" });
const paid = await initiatives.initiativesList({ funder: ["jaif"] });
const disputed = await initiatives.initiativesList({ evidence: ["disputed"] });
const sums = await links.fundingLinksList({ initiative: ["ajccbc"] });
const participations = new ParticipationsApi(configuration);
const taking = await participations.participationsList({ initiative: ["ajccbc"] });
const wide = await participations.participationsList({ initiative: ["ajccbc"], expand: ["actor"] });
const actor = wide.results[0].actor;
let wrong: string | null = null;
try {
  await initiatives.initiativesList({ country: ["Atlantis"] });
} catch (error) {
  if (error instanceof ResponseError) wrong = (await error.response.json()).errors[0].parameter;
}
console.log(
  JSON.stringify({
    title: record.title,
    evidence: Object.keys(record.evidence ?? {}).sort(),
    paid: paid.results.map((row) => row.slug),
    disputed: disputed.count,
    sums: sums.results.map((row) => [row.key, row.amount]),
    actor: [taking.results[0].actor, typeof actor === "object" ? actor.name : null],
    wrong,
  }),
);
