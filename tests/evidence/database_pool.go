package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"sync"
	"sync/atomic"
)

// store is a database of one row; it counts its connections.
type store struct{ opened, statements atomic.Int64 }

func (made *store) Connect(context.Context) (driver.Conn, error) {
	made.opened.Add(1)
	return &storeConnection{made}, nil
}
func (made *store) Driver() driver.Driver { return nil }

type storeConnection struct{ made *store }

func (connection *storeConnection) Prepare(string) (driver.Stmt, error) {
	connection.made.statements.Add(1)
	return &storeStatement{connection.made}, nil
}
func (*storeConnection) Close() error              { return nil }
func (*storeConnection) Begin() (driver.Tx, error) { return storeTransaction{}, nil }

type storeTransaction struct{}

func (storeTransaction) Commit() error   { return nil }
func (storeTransaction) Rollback() error { return nil }

type storeStatement struct{ made *store }

func (statement *storeStatement) Close() error {
	statement.made.statements.Add(-1)
	return nil
}
func (*storeStatement) NumInput() int                              { return 0 }
func (*storeStatement) Exec([]driver.Value) (driver.Result, error) { return driver.ResultNoRows, nil }
func (*storeStatement) Query([]driver.Value) (driver.Rows, error)  { return new(storeRows), nil }

type storeRows struct{ over bool }

func (*storeRows) Columns() []string { return []string{"number"} }
func (*storeRows) Close() error      { return nil }
func (rows *storeRows) Next(row []driver.Value) error {
	if rows.over {
		return io.EOF
	}
	rows.over = true
	row[0] = int64(1)
	return nil
}

// databasePool exhausts a pool of two by rows and transactions left open, and lets bursts run over pools of several sizes.
func databasePool() {
	cases := make(map[string]func() string)
	for name, leave := range map[string]func(*sql.DB){
		"rows":     func(pool *sql.DB) { must(pool.Query("")) },
		"row read": func(pool *sql.DB) { must(pool.Query("")).Next() },
		"rows read to the end": func(pool *sql.DB) {
			for rows := must(pool.Query("")); rows.Next(); {
			}
		},
		"QueryRow without Scan": func(pool *sql.DB) { pool.QueryRow("") },
		"statements":            func(pool *sql.DB) { must(pool.Prepare("")) },
		"transactions":          func(pool *sql.DB) { must(pool.Begin()) },
	} {
		exhausted := func() *sql.DB {
			pool := sql.OpenDB(new(store))
			pool.SetMaxOpenConns(2)
			leave(pool)
			leave(pool)
			return pool
		}
		cases[name+" left, Query"] = func() string {
			pool := exhausted()
			return watch(func() error {
				rows, err := pool.Query("")
				if err == nil {
					err = rows.Close()
				}
				return err
			})
		}
		cases[name+" left, QueryContext"] = func() string {
			pool := exhausted()
			return watch(func() error {
				rows, err := pool.QueryContext(discard(context.WithTimeout(context.Background(), limit)), "")
				if err == nil {
					err = rows.Close()
				}
				return err
			})
		}
	}
	together(cases)

	behind := new(store)
	pool := sql.OpenDB(behind)
	for range 5 {
		must(pool.Prepare(""))
	}
	say("statements open in the database", behind.statements.Load())
	say("MaxOpenConnections by default", pool.Stats().MaxOpenConnections)

	const bursts, size = 5, 20
	for name, idle := range map[string]int{"default": -1, "20 idle": size} {
		behind := new(store)
		pool := sql.OpenDB(behind)
		if idle >= 0 {
			pool.SetMaxIdleConns(idle)
		}
		for range bursts {
			var taken, returned sync.WaitGroup
			taken.Add(size)
			returned.Add(size)
			for range size {
				go func() {
					defer returned.Done()
					rows := must(pool.Query(""))
					// Nobody gives back before all have one.
					taken.Done()
					taken.Wait()
					rows.Close()
				}()
			}
			returned.Wait()
		}
		say("opened with "+name, behind.opened.Load())
		say("closed for idleness with "+name, pool.Stats().MaxIdleClosed)
	}
}
