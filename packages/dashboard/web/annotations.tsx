/** A note and tags: shown, and edited where that is allowed. */
import { useState } from 'preact/hooks';
import type { Annotation } from '../annotation-schema.ts';
import { change, messageOf } from './request.ts';

interface EditorProps {
  /** The address of the sweep or trial. */
  readonly of: string;
  readonly annotation: Annotation;
  readonly allowWrite: boolean;
}

export function AnnotationEditor({ of, annotation, allowWrite }: EditorProps) {
  const [editing, setEditing] = useState(false);
  if (editing) return <Editor of={of} annotation={annotation} onClose={() => setEditing(false)} />;
  const { note, tags } = annotation;
  return (
    <div class="annotation">
      {note !== '' && <p class="note-text">{note}</p>}
      {tags.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}{' '}
      {allowWrite && (
        <button type="button" class="plain" onClick={() => setEditing(true)}>
          {note === '' && tags.length === 0 ? 'Add a note or tags' : 'Edit note and tags'}
        </button>
      )}
    </div>
  );
}

interface OpenProps {
  readonly of: string;
  readonly annotation: Annotation;
  readonly onClose: () => void;
}

function Editor({ of, annotation, onClose }: OpenProps) {
  const [note, setNote] = useState(annotation.note);
  const [tags, setTags] = useState(annotation.tags.join(', '));
  const [problem, setProblem] = useState('');
  const save = async (): Promise<void> => {
    const written = tags.split(',').map((tag) => tag.trim());
    try {
      await change('PUT', `${of}/note`, { note });
      await change('PUT', `${of}/tags`, { tags: [...new Set(written.filter((tag) => tag !== ''))] });
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      class="annotation-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label>
        Note
        <textarea
          rows={3}
          maxLength={10_000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <label>
        Tags, with commas between them
        <input value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
      </label>
      <p class="toolbar">
        <button>Save</button>
        <button type="button" onClick={onClose}>
          Leave as it was
        </button>
        <span role="alert">{problem}</span>
      </p>
    </form>
  );
}
