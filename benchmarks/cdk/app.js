// Synthesises a template with the AWS CDK: `node app.js TEMPLATE FOLDER` writes FOLDER/Product.template.json.
// CfnInclude makes a construct of level 1 for each resource, so that the result can be compared with the template.
const { App, LegacyStackSynthesizer, Stack } = require("aws-cdk-lib/core");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");

const [templateFile, outdir] = process.argv.slice(2);
const synthesizer = new LegacyStackSynthesizer();
const app = new App({ analyticsReporting: false, outdir });
const stack = new Stack(app, "Product", { synthesizer });
new CfnInclude(stack, "Template", { templateFile });
app.synth();
