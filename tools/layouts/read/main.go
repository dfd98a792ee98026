// SPDX-License-Identifier: BSD-2-Clause

// Prints the layouts of structs of one executable, as its DWARF has them, in JSON.
//
//	read FILE STRUCT...
package main

import (
	"debug/buildinfo"
	"debug/dwarf"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type field struct {
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	Type   string `json:"type"`
}

type layout struct {
	Size   int64            `json:"size"`
	Fields map[string]field `json:"fields"`
}

type answer struct {
	Version string            `json:"version"`
	Machine string            `json:"machine"`
	Structs map[string]layout `json:"structs"`
}

func read(name string, wanted map[string]bool) (*answer, error) {
	info, err := buildinfo.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := elf.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := file.DWARF()
	if err != nil {
		return nil, err
	}
	out := &answer{info.GoVersion, strings.ToLower(strings.TrimPrefix(file.Machine.String(), "EM_")),
		map[string]layout{}}
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			return nil, err
		}
		if entry == nil {
			return out, nil
		}
		if entry.Tag != dwarf.TagStructType {
			if entry.Tag != dwarf.TagCompileUnit {
				reader.SkipChildren()
			}
			continue
		}
		title, _ := entry.Val(dwarf.AttrName).(string)
		reader.SkipChildren()
		if !wanted[title] {
			continue
		}
		any, err := data.Type(entry.Offset)
		if err != nil {
			return nil, err
		}
		fields := map[string]field{}
		for _, one := range any.(*dwarf.StructType).Field {
			fields[one.Name] = field{one.ByteOffset, one.Type.Size(), one.Type.String()}
		}
		out.Structs[title] = layout{any.Size(), fields}
	}
}

func main() {
	wanted := map[string]bool{}
	for _, name := range os.Args[2:] {
		wanted[name] = true
	}
	out, err := read(os.Args[1], wanted)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, os.Args[1]+":", err)
		os.Exit(1)
	}
}
