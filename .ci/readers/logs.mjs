// Commands in the log of a CI service, as its own toolkit reads them (azure) or writes them (github): node logs.mjs SERVICE < JSON.
// azure: a list of lines. github: a list of [kind, message, properties].
import { readFileSync } from 'node:fs'
import { error, notice, warning } from '@actions/core'
import tasks from 'azure-pipelines-task-lib/taskcommand.js'

const given = JSON.parse(readFileSync(0, 'utf8'))
if (process.argv[2] === 'azure') {
  console.log(JSON.stringify(given.map(tasks.commandFromString)))
} else {
  for (const [kind, message, properties] of given) ({ error, notice, warning })[kind](message, properties)
}
