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

// spec is a column's name and type, and what its values are like, by which new servers keep them.
type spec struct {
	name, kind string
	habit      habit
}

// habit is what the values of a column are like.
type habit int

const (
	varied  habit = iota
	repeats       // few different texts
	climbs        // a value is near the one before: times, and places in a file
	small         // numbers that would need few of their bits
)

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
	colKind: {"kind", tUInt8, varied}, colSource: {"source", tUInt64, varied}, colAt: {"at", tInt64, climbs}, colWeek: {"week", tUInt32, varied},
	colZoned: {"zoned", tUInt8, varied}, colKept: {"kept", tUInt8, varied}, colRequest: {"request", tUInt8, varied},
	colDaemon: {"daemon", tText, repeats}, colFormat: {"format", tText, repeats}, colHost: {"host", tText, repeats}, colProgram: {"program", tText, repeats},
	colVHost: {"vhost", tText, repeats}, colUpstream: {"upstream", tText, repeats}, colStatus: {"status", tInt32, varied},
	colSeverity: {"severity", tText, repeats}, colSignature: {"signature", tText, repeats}, colTemplate: {"template", tText, repeats},
	colCode: {"code", tText, repeats}, colErrno: {"errno", tInt32, varied}, colScheme: {"scheme", tText, repeats},
	colUpstreamStatus: {"upstream_status", tText, repeats}, colPool: {"pool", tText, repeats}, colFrontend: {"frontend", tText, repeats},
	colBackend: {"backend", tText, repeats}, colServer: {"server", tText, repeats}, colTermination: {"termination", tText, repeats},
	colRedispatched: {"redispatched", tUInt8, varied}, colMethod: {"method", tText, repeats}, colEndpoint: {"endpoint", tText, repeats},
	colScript: {"script", tText, repeats}, colClient: {"client", tText, varied}, colAgent: {"agent", tText, repeats}, colPID: {"pid", tInt64, small},
	colCount: {"count", tInt64, small}, colArrived: {"arrived", tInt64, small}, colBytes: {"bytes", tInt64, small},
	colFirst: {"first", tInt64, climbs}, colLast: {"last", tInt64, climbs}, colBuckets: {"buckets", tBytes, varied}, colCounts: {"counts", tCounts, varied},
	colLine: {"line", tInt64, climbs}, colOffset: {"byte_offset", tInt64, climbs}, colPath: {"path", tText, varied}, colMessage: {"message", tText, varied},
	colDetail: {"detail", tText, varied}, colConn: {"conn", tInt64, small}, colSize: {"size", tInt64, varied}, colDuration: {"duration", tInt64, varied},
	colQueue: {"queue", tInt64, varied}, colConnect: {"connect", tInt64, varied}, colHeader: {"header", tInt64, varied},
	colResponse: {"response", tInt64, varied}, colRetries: {"retries", tInt32, varied}, colQueuedServer: {"queued_server", tInt32, varied},
	colQueuedBackend: {"queued_backend", tInt32, varied}, colActive: {"active", tInt32, varied}, colChange: {"change", tText, repeats},
	colService: {"service", tText, repeats}, colVersion: {"version", tText, repeats}, colSummary: {"summary", tText, varied}, colActor: {"actor", tText, repeats},
	colVersionFrom: {"version_from", tText, repeats}, colRef: {"ref", tText, varied}, colEarly: {"early", tInt64, varied}, colLate: {"late", tInt64, varied},
	colSpan: {"span", tInt64, varied}, colMetric: {"metric", tText, repeats}, colValue: {"value", tFloat, varied}, colBatch: {"batch", tUInt64, varied}, colEnd: {"end_offset", tInt64, climbs},
	colEndLine: {"end_line", tInt64, climbs}, colHead: {"head", tInt64, varied}, colDevice: {"device", tUInt64, varied}, colInode: {"inode", tUInt64, varied},
	colFingerprint: {"fingerprint", tText, varied}, colLines: {"lines", tInt64, varied}, colParsed: {"parsed", tInt64, varied},
	colUnparsed: {"unparsed", tInt64, varied}, colTimed: {"timed", tInt64, varied}, colUntimed: {"untimed", tInt64, varied},
	colResolution: {"resolution", tInt64, varied}, colHostLine: {"host_line", tInt64, varied}, colProblem: {"problem", tText, varied},
	colTallyNames: {"tally_names", tTexts, varied}, colTallyCounts: {"tally_counts", tLongs, varied}, colSampleLines: {"sample_lines", tLongs, varied},
	colSampleTexts: {"sample_texts", tTexts, varied}, colStamp: {"stamp", tInt64, climbs}, colShift: {"shift", tInt64, varied},
	colZone: {"zone", tText, repeats}, colZoneFrom: {"zone_from", tText, repeats},
}

func (c column) String() string { return specs[c].name }
