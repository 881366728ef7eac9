package clickhouse

// column is one of the table record.
type column int

// The columns. What a kind of row has no use for is empty there.
const (
	colKind   column = iota // see rowKind
	colSource               // hash that names the source, see sourceKey
	colAt                   // start of the slot, µs as the log tells it; of batches and shifts the source again, so that the key finds them
	colWeek                 // of the newest time in the block; the same in all of a block, so that it is one part
	colZoned                // the time was absolute
	colKept                 // of tallies: the events are stored as well
	colRequest
	colDaemon
	colFormat
	colHost
	colProgram
	colVHost
	colUpstream
	colStatus
	colSeverity
	colSignature
	colTemplate
	colCode
	colErrno
	colScheme
	colUpstreamStatus
	colPool
	colFrontend
	colBackend
	colServer
	colTermination
	colRedispatched
	colMethod
	colEndpoint
	colScript
	colClient
	colAgent
	colPID
	colCount   // completed
	colArrived // began
	colBytes   // sum of the sizes that are known
	colFirst   // µs, unshifted
	colLast
	colBuckets // of the histogram of durations, with their counts
	colCounts
	colLine
	colOffset // of batches: where the part begins, with colLine lines in front of it
	colPath   // of batches: of the source
	colMessage
	colDetail
	colConn
	colSize // of one event, -1 unknown
	colDuration
	colQueue
	colConnect
	colHeader
	colResponse
	colRetries
	colQueuedServer
	colQueuedBackend
	colActive
	colChange // kind of change
	colService
	colVersion
	colSummary
	colActor
	colVersionFrom
	colRef
	colEarly // how sure the time of a change is, µs
	colLate
	colMetric
	colSpan // before its time that a value is the mean of, µs
	colValue
	colBatch // number of the block, by chance
	colEnd   // of the part
	colEndLine
	colHead // hash of the first record of the source
	colDevice
	colInode
	colFingerprint
	colLines
	colParsed
	colUnparsed
	colTimed   // records with an absolute time
	colUntimed // records with wall-clock time
	colResolution
	colHostLine
	colProblem
	colTallyNames // "daemon nginx", "format combined", with how many records were of them
	colTallyCounts
	colSampleLines // lines nobody understood
	colSampleTexts
	colStamp // of shifts: when it was set, ns
	colShift
	colZone
	colZoneFrom
	numColumns
)

// Kinds of rows. Those up to kindSample are of store.RowKind.
const (
	kindBatch = 0 // the part of a source that a block is of, with what it tells of the source
	kindShift = 100
)

// spec is a column's name and type; repeats says that it has few values, for which new servers have a better type.
type spec struct {
	name, kind string
	repeats    bool
}

const (
	tUInt8  = "UInt8"
	tInt32  = "Int32"
	tUInt32 = "UInt32"
	tInt64  = "Int64"
	tUInt64 = "UInt64"
	tFloat  = "Float64"
	tText   = "String"
	tBytes  = "Array(UInt8)"
	tCounts = "Array(UInt32)"
	tLongs  = "Array(Int64)"
	tTexts  = "Array(String)"
)

var specs = [numColumns]spec{
	colKind: {"kind", tUInt8, false}, colSource: {"source", tUInt64, false}, colAt: {"at", tInt64, false}, colWeek: {"week", tUInt32, false},
	colZoned: {"zoned", tUInt8, false}, colKept: {"kept", tUInt8, false}, colRequest: {"request", tUInt8, false},
	colDaemon: {"daemon", tText, true}, colFormat: {"format", tText, true}, colHost: {"host", tText, true}, colProgram: {"program", tText, true},
	colVHost: {"vhost", tText, true}, colUpstream: {"upstream", tText, true}, colStatus: {"status", tInt32, false},
	colSeverity: {"severity", tText, true}, colSignature: {"signature", tText, true}, colTemplate: {"template", tText, true},
	colCode: {"code", tText, true}, colErrno: {"errno", tInt32, false}, colScheme: {"scheme", tText, true},
	colUpstreamStatus: {"upstream_status", tText, true}, colPool: {"pool", tText, true}, colFrontend: {"frontend", tText, true},
	colBackend: {"backend", tText, true}, colServer: {"server", tText, true}, colTermination: {"termination", tText, true},
	colRedispatched: {"redispatched", tUInt8, false}, colMethod: {"method", tText, true}, colEndpoint: {"endpoint", tText, true},
	colScript: {"script", tText, true}, colClient: {"client", tText, false}, colAgent: {"agent", tText, true}, colPID: {"pid", tInt64, false},
	colCount: {"count", tInt64, false}, colArrived: {"arrived", tInt64, false}, colBytes: {"bytes", tInt64, false},
	colFirst: {"first", tInt64, false}, colLast: {"last", tInt64, false}, colBuckets: {"buckets", tBytes, false}, colCounts: {"counts", tCounts, false},
	colLine: {"line", tInt64, false}, colOffset: {"byte_offset", tInt64, false}, colPath: {"path", tText, false}, colMessage: {"message", tText, false},
	colDetail: {"detail", tText, false}, colConn: {"conn", tInt64, false}, colSize: {"size", tInt64, false}, colDuration: {"duration", tInt64, false},
	colQueue: {"queue", tInt64, false}, colConnect: {"connect", tInt64, false}, colHeader: {"header", tInt64, false},
	colResponse: {"response", tInt64, false}, colRetries: {"retries", tInt32, false}, colQueuedServer: {"queued_server", tInt32, false},
	colQueuedBackend: {"queued_backend", tInt32, false}, colActive: {"active", tInt32, false}, colChange: {"change", tText, true},
	colService: {"service", tText, true}, colVersion: {"version", tText, true}, colSummary: {"summary", tText, false}, colActor: {"actor", tText, true},
	colVersionFrom: {"version_from", tText, true}, colRef: {"ref", tText, false}, colEarly: {"early", tInt64, false}, colLate: {"late", tInt64, false},
	colSpan: {"span", tInt64, false}, colMetric: {"metric", tText, true}, colValue: {"value", tFloat, false}, colBatch: {"batch", tUInt64, false}, colEnd: {"end_offset", tInt64, false},
	colEndLine: {"end_line", tInt64, false}, colHead: {"head", tInt64, false}, colDevice: {"device", tUInt64, false}, colInode: {"inode", tUInt64, false},
	colFingerprint: {"fingerprint", tText, false}, colLines: {"lines", tInt64, false}, colParsed: {"parsed", tInt64, false},
	colUnparsed: {"unparsed", tInt64, false}, colTimed: {"timed", tInt64, false}, colUntimed: {"untimed", tInt64, false},
	colResolution: {"resolution", tInt64, false}, colHostLine: {"host_line", tInt64, false}, colProblem: {"problem", tText, false},
	colTallyNames: {"tally_names", tTexts, false}, colTallyCounts: {"tally_counts", tLongs, false}, colSampleLines: {"sample_lines", tLongs, false},
	colSampleTexts: {"sample_texts", tTexts, false}, colStamp: {"stamp", tInt64, false}, colShift: {"shift", tInt64, false},
	colZone: {"zone", tText, true}, colZoneFrom: {"zone_from", tText, true},
}

func (c column) String() string { return specs[c].name }
