package report

import (
	"reflect"

	"culprit/correlate"
)

// mapped is a copy of r in which change has rewritten every string; field names the one of the report's types that holds it. New
// fields are covered without being named here. Keys of maps count as strings of the map's field.
func mapped(r *correlate.Report, change func(field, s string) string) *correlate.Report {
	out := copied(reflect.ValueOf(r), "", change)
	return out.Interface().(*correlate.Report)
}

func copied(v reflect.Value, field string, change func(field, s string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(change(field, v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(copied(v.Elem(), field, change))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(copied(v.Index(i), field, change))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		}
		for keys := v.MapRange(); keys.Next(); {
			out.SetMapIndex(copied(keys.Key(), field, change), copied(keys.Value(), field, change))
		}
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				out.Field(i).Set(copied(v.Field(i), f.Name, change))
			}
		}
	default:
		out.Set(v)
	}
	return out
}
