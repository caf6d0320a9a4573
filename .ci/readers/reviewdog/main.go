// Reads a report as reviewdog does and prints what it has understood, as JSON: reviewdog FORM < report.
// Fields that its own format does not have are refused.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/reviewdog/reviewdog/parser"
	"github.com/reviewdog/reviewdog/proto/rdf"
	"google.golang.org/protobuf/encoding/protojson"
)

func read(form string) ([]byte, error) {
	report, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, err
	}
	if form == "rdjson" {
		if err := protojson.Unmarshal(report, new(rdf.DiagnosticResult)); err != nil {
			return nil, err
		}
	}
	reader, err := parser.New(&parser.Option{FormatName: form})
	if err != nil {
		return nil, err
	}
	found, err := reader.Parse(bytes.NewReader(report))
	if err != nil {
		return nil, err
	}
	return json.Marshal(found)
}

func main() {
	answer, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(answer)
}
